"""Many transcripts that all differ: `python -m benchmarks.many_transcripts FOLDER COUNT [--seed N] [--turns N]`.

The conversations of `samples/` with other people, things, figures and systems in them, so that each says something of its own in words
that people use. The same seed gives the same files. `--turns` repeats a conversation with other words until it is that long.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

from discovery_agent.settings import data_folder

_FIRST = (
    "Ada Ben Clara David Elif Femi Greta Hugo Ines Jonas Kofi Lena Mira Nadia Oskar Paula Quentin Rosa Samir Tilda Umar Vera Wanda Xaver "
    "Yuki Zoe Amara Bruno Carmen Dimitri Esther Farid Gemma Hana Ivo Jana Karim Lucia Mateo Nora"
).split()
_LAST = (
    "Abel Brandt Costa Dahl Eriksen Falk Garcia Holm Ivanov Jansen Keller Larsen Moreau Novak Okafor Peters Quist Rossi Sato Thorne Ulrich "
    "Varga Weber Young Zeman Adeyemi Bianchi Chen Duarte Engel"
).split()
# What the samples speak of, and what other organisations have in its place; singular and plural follow from the first form.
_THINGS = {
    "order": "order contract permit claim ticket booking application invoice referral inspection licence enrolment voucher delivery",
    "shipment": "shipment repair transfer installation sample parcel consignment payment transport visa batch pallet",
    "workshop": "workshop dealer clinic school bakery farm hotel garage studio pharmacy laboratory brewery",
    "carrier": "carrier supplier insurer subcontractor broker distributor freelancer wholesaler",
    "part": "part valve filter sensor pump bearing gasket cable motor lens blade",
    "chatbot": "chatbot robot assistant",
    "dressing": "dressing catheter bandage syringe splint inhaler electrode swab",
    "visit": "visit session treatment appointment round",
    "depot": "depot store warehouse pharmacy basement",
    "nurse": "nurse therapist midwife carer paramedic",
}
_WORDS = {
    "Dynamics": "Dynamics Odoo Infor Abas Proalpha Sage Epicor Oracle",
    "Outlook": "Outlook Thunderbird Notes Zimbra Roundcube",
    "Golf": "Golf Corsa Fiesta Polo Octavia Clio Yaris",
    "brake": "brake clutch wheel timing starter exhaust",
    "disc": "disc kit belt plate cover",
}
_NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(_NUMBERS) + r")\b")
_FIGURE = re.compile(r"(?<![\d:.,-])\d{1,3}(?:,\d{3})*(?![\d:-])")


def transcripts(count: int, *, seed: int = 0, turns: int = 0) -> Iterator[tuple[str, str]]:
    """Name and text of each file; with `turns`, of at least so many turns."""
    originals = sorted(path for folder in data_folder("samples").iterdir() if folder.is_dir() for path in folder.glob("0*"))
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        original = originals[number % len(originals)]
        text = _varied(original.read_text(encoding="utf-8"), number, chance)
        while turns and text.count("\n\n") < turns and original.suffix != ".vtt":
            text += "\n" + _varied(original.read_text(encoding="utf-8").partition("\n\n")[2], number, chance)
        yield f"{number:05}-{original.stem[3:]}{original.suffix}", text


def write_transcripts(folder: Path, count: int, *, seed: int = 0, turns: int = 0) -> None:
    """Write them, a thousand to a folder."""
    for number, (name, text) in enumerate(transcripts(count, seed=seed, turns=turns)):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")


def _varied(text: str, number: int, chance: random.Random) -> str:
    """The text with other words for what it is about, the same ones throughout."""
    changes: dict[str, str] = {word: chance.choice(others.split()) for word, others in _WORDS.items()}
    for thing, others in _THINGS.items():
        other = chance.choice(others.split())
        for old, new in ((thing, other), (f"{thing}s", _plural(other))):
            changes[old], changes[old.capitalize()] = new, new.capitalize()
    for first, last in sorted(set(re.findall(r"\b([A-Z][a-z]+) (Halden|Dvorak|Lind|Berg|Salmi|Fox|Osterby|Lund|Strand|Ek|Holm)\b", text))):
        changes[first], changes[last] = chance.choice(_FIRST), f"{chance.choice(_LAST)}{chance.choice('abcdefghij')}"
    words = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, changes), key=len, reverse=True)) + r")\b")

    def line(one: str) -> str:
        if "-->" in one or " 2026" in one or one.startswith("#"):
            return one
        one = words.sub(lambda found: changes[found[0]], one)
        one = _NUMBER_WORD.sub(lambda found: chance.choice(_NUMBERS), one)
        return _FIGURE.sub(lambda found: f"{max(2, round(int(found[0].replace(',', '')) * chance.uniform(0.5, 1.9))):,}", one)

    lines = [line(one) for one in text.splitlines()]
    # However alike two might come out, this tells them apart.
    marked = next((at for at, one in enumerate(lines) if one.rstrip("</v>").endswith("?")), None)
    if marked is not None:
        lines[marked] = lines[marked].replace("?", f", for file {number}?", 1)
    return "\n".join(lines) + "\n"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}es" if noun.endswith(("ch", "s")) else f"{noun}s"


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--turns", type=int, default=0)
    given = parser.parse_args()
    write_transcripts(given.folder, given.count, seed=given.seed, turns=given.turns)


if __name__ == "__main__":
    main()
