"""Names of people: what of a name is kept, and when two names are one to the eye."""

from __future__ import annotations

import re
import unicodedata

from discovery_agent.domain.orders.lookalikes import LATIN
from discovery_agent.domain.unseen import visible
from discovery_agent.errors import InvalidRequest

# The joiners spell words in several languages; at the edge of a word, or beside a Latin letter, they do nothing but hide.
_IDLE_JOINER = re.compile("[\u200c\u200d](?![\u0600-\U0010ffff])|(?<![\u0600-\U0010ffff])[\u200c\u200d]|[\u200c\u200d]{2,}")
_JOINERS = re.compile("[\u200c\u200d]")
_VARIANTS = re.compile("[\ufe00-\ufe0f\u180b-\u180d\u2800]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def clean_name(text: str) -> str:
    """A name on one line, without characters that nobody sees or that turn the direction of text; it may be empty."""
    seen = _VARIANTS.sub("", visible(_CONTROL.sub(" ", text)))
    return " ".join(unicodedata.normalize("NFC", _IDLE_JOINER.sub("", seen)).split())


def person_name(text: str) -> str:
    """The name of a person as it is stored.

    Raises:
        InvalidRequest: it holds no letter and no digit.
    """
    name = clean_name(text)
    if not any(sign.isalnum() for sign in name):
        raise InvalidRequest("A name needs a letter or a digit.", where="name", remedy="Write the name in letters.")
    return name


def name_to_the_eye(name: str) -> str:
    """What two names have in common that look the same: whatever their case, spacing, width, and alphabet.

    >>> name_to_the_eye("М\u0430ria  SANTOS") == name_to_the_eye("Maria Santos")
    True
    """
    plain = _JOINERS.sub("", clean_name(unicodedata.normalize("NFKC", name)))
    return plain.translate(LATIN).casefold().translate(LATIN)
