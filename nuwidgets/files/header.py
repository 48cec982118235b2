"""Keywords of FITS headers: read tolerantly, asked for by type.

Real headers keep numbers as text, say ``NONE`` for nothing, and give keywords twice.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

Value = str | int | float | bool


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


def _value(card: Any) -> Any:
    """Give the value of a card; as text where it is no legal one, None where it is past repair."""
    from astropy.io.fits import VerifyError

    for repair in (False, True):
        with contextlib.suppress(VerifyError, ValueError):
            if repair:
                card.verify("silentfix")
            return card.value
    return None


def header_of(astropy_header: Any) -> Header:
    """Give the keywords of an astropy header, for use within `fits.astropy_at_work`."""
    values: dict[str, Value] = {}
    for card in astropy_header.cards:
        key = card.keyword.upper()
        if key not in values and key not in ("", "COMMENT", "HISTORY"):
            value = _value(card)
            if isinstance(value, Value):
                values[key] = value
    return Header(values)
