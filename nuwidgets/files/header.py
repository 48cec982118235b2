"""Keywords of FITS headers: read tolerantly, asked for by type.

Real headers keep numbers as text, say ``NONE`` for nothing, and give keywords twice.
"""

from __future__ import annotations

import math
import re

CARD = 80
SAFE_DIGITS = 18
Value = str | int | float | bool
_STRING = re.compile(r"\s*'((?:[^']|'')*)'")


def is_absent(text: str) -> bool:
    """Say whether a keyword's text means that there is nothing."""
    return text.strip().lower() in ("", "none", "null", "undefined", "unknown")


class Header:
    """The keywords of one extension; of a keyword given twice the first counts."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str, default: str = "") -> str:
        """Give a keyword as text, without blanks around it."""
        return str(self.values.get(key, default)).strip()

    def name(self, key: str) -> str:
        """Give a keyword as text, empty where it says ``NONE`` or nothing."""
        text = self.text(key)
        return "" if is_absent(text) else text

    def number(self, key: str, default: float = math.nan) -> float:
        """Give a keyword as a finite number, also where it is kept as text; else `default`."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return float(value)
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return default
        return number if math.isfinite(number) else default

    def flag(self, key: str) -> bool | None:
        """Give a logical keyword; None where it is absent."""
        if key not in self.values:
            return None
        return str(self.values[key]).strip().upper() in ("TRUE", "T", "1", "YES")

    def over(self, other: Header) -> Header:
        """Give these keywords, completed by those of another header."""
        return Header({**other.values, **self.values})


def _card_value(text: str) -> Value:
    """Give the value of the part of a card after ``=``."""
    quoted = _STRING.match(text)
    if quoted:
        return quoted.group(1).replace("''", "'").rstrip()
    bare = text.split("/", 1)[0].strip()
    if bare in ("T", "F"):
        return bare == "T"
    try:
        return int(bare) if len(bare) <= SAFE_DIGITS else float(bare)
    except ValueError:
        pass
    try:
        return float(bare.replace("D", "E").replace("d", "e"))
    except ValueError:
        return bare


def parse_header(cards: str) -> Header:
    """Give the keywords of 80-character cards; what is no keyword is left out."""
    values: dict[str, Value] = {}
    key = ""
    for at in range(0, len(cards), CARD):
        card = cards[at : at + CARD]
        if card[8:10] == "= ":
            key = card[:8].strip()
            values.setdefault(key, _card_value(card[10:]))
        elif card.startswith("CONTINUE") and str(values.get(key, "")).endswith("&"):
            values[key] = str(values[key])[:-1] + str(_card_value(card[8:]))
    return Header(values)
