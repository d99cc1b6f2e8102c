"""Letters of other alphabets that look like Latin ones, and figures that stand for letters."""

from __future__ import annotations

_PAIRS = (
    # Cyrillic
    "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ҽe ԍg вb кk мm нh тt пn гr АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ԌG ԚQ ԜW ӀI ҺH ЗZ ѡw ѵv ѴV үy",
    # Greek
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϺM",
    # Armenian, Cherokee, Lisu and others with the same shapes
    "օo սu հh ցg ոn ѕs ԼL ՕO ՍU ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ ꓮA ꓐB ꓚC ꓓD ꓰE ꓝF ꓖG ꓧH ꓲI ꓙJ ꓗK ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ",
    # Latin letters of phonetics, small capitals, and letters with strokes
    "ɑa ɡg ɩi ıi ɪi ʟl ɴn ʀr ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ᴊj ᴋk ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz øo ØO łl ŁL đd ĐD ħh ŧt ƚl ɨi ɵo ƅb ƒf ʋv ɦh",
)

LATIN = str.maketrans(
    {pair[0]: pair[1] for pairs in _PAIRS for pair in pairs.split()}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"}
)
"""What to read in place of each letter or quotation mark."""

LEET = str.maketrans("013457@$", "oieastas")
"""What figures and signs stand for in words such as `1gn0r3`."""
