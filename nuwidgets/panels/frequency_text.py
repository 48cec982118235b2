"""Frequencies and periods as one types them: "0.01 to 1 Hz", "4.9 to 5.1 s", "30 to 40 mHz"."""

from __future__ import annotations

import re

from nuwidgets.errors import InputError

_UNITS = {"hz": 1.0, "mhz": 1e-3, "s": None, "ms": None, "ks": None}
_SECONDS = {"s": 1.0, "ms": 1e-3, "ks": 1e3}
_PARTS = re.compile(r"\s*(?:\bto\b|\.{2,}|[;,\u2026\u2013]|(?<=[\d.])\s*-)\s*")
_UNIT = re.compile(r"\s*(m?hz|[mk]?s)\s*$", re.IGNORECASE)


def read_range(text: str) -> tuple[float, float]:
    """Give the two frequencies of a text, Hz, the lower first; a number alone is both.

    Raises
    ------
    InputError
        If it is no range.

    Examples
    --------
    >>> read_range("0.01 to 1 Hz"), read_range("4 - 5 s"), read_range("20 mHz")
    ((0.01, 1.0), (0.2, 0.25), (0.02, 0.02))
    """
    found = _UNIT.search(text)
    unit = found[1].lower() if found else "hz"
    try:
        ends = sorted(_hz(float(part), unit) for part in _PARTS.split(_UNIT.sub("", text).strip()))
    except (ValueError, ZeroDivisionError):
        ends = []
    if len(ends) not in (1, 2) or not 0 < ends[0] <= ends[-1] < float("inf"):
        raise InputError(
            f"Cannot read {text!r} as a range of frequencies or periods. Type two numbers above 0"
            " and a unit, such as '0.01 to 1 Hz' or '4.9 to 5.1 s'."
        )
    return ends[0], ends[-1]


def _hz(value: float, unit: str) -> float:
    seconds = _SECONDS.get(unit)
    return value * (_UNITS[unit] or 1.0) if seconds is None else 1.0 / (value * seconds)


def write_range(range_hz: tuple[float, float]) -> str:
    """Give a range as one may type it.

    Examples
    --------
    >>> write_range((0.01, 1.0)), write_range((0.02, 0.02))
    ('0.01 to 1 Hz', '0.02 Hz')
    """
    lo, hi = range_hz
    return f"{lo:.7g} Hz" if lo == hi else f"{lo:.7g} to {hi:.7g} Hz"


def read_or_all(text: str) -> tuple[float, float]:
    """Give the two frequencies of a text, Hz; of an empty one (0, 0), which is all.

    Examples
    --------
    >>> read_or_all("0.01 to 1 Hz"), read_or_all(" ")
    ((0.01, 1.0), (0.0, 0.0))
    """
    return read_range(text) if text.strip() else (0.0, 0.0)


def write_or_all(range_hz: tuple[float, float]) -> str:
    """Give a range as one may type it; nothing for all of it.

    Examples
    --------
    >>> write_or_all((0.01, 1.0)), write_or_all((0.0, 0.0))
    ('0.01 to 1 Hz', '')
    """
    return write_range(range_hz) if any(range_hz) else ""
