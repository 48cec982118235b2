"""What a user may give to a search: targets, radii, dates, windows of time, rows."""

from __future__ import annotations

import math
import re
import textwrap
from datetime import date, datetime
from numbers import Real
from typing import Any

from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import missions

LONGEST = 200
"""Letters of a target."""


def as_target(value: Any) -> str:
    """Take the name of a source, a position as text, or a SkyCoord.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if isinstance(value, str) and len(value) <= LONGEST:
        return " ".join(value.split())
    finite = hasattr(value, "icrs") and getattr(value, "isscalar", False)
    at = value.icrs if finite else None
    if at is not None and math.isfinite(at.ra.deg + at.dec.deg):
        return f"{at.ra.deg:.8f} {at.dec.deg:+.8f}"
    raise InputError(
        f"Cannot search for {textwrap.shorten(repr(value), 80)}. Give the name of a source, a"
        " position as text such as '21:27:45 +56:56:39' or '321.94 +56.94', or one SkyCoord."
    )


def as_mission(value: Any) -> str:
    """Take the name of a mission, in any case.

    Raises
    ------
    InputError
        If it is not known.
    """
    for name in missions():
        if isinstance(value, str) and value.strip().lower() in (
            name.lower(),
            f"{name}-xrt".lower(),
        ):
            return name
    raise InputError(f"There is no mission {value!r}. {nearest(str(value), missions())}")


def as_radius(value: Any) -> float | None:
    """Take a radius in arcmin, a Quantity, or None for the catalogue's own.

    Raises
    ------
    InputError
        If it is no angle above zero and below 180 deg.
    """
    if value is None:
        return None
    try:
        arcmin = float(value.to_value("arcmin") if hasattr(value, "to_value") else value)
        arcmin = math.nan if isinstance(value, bool) else arcmin
    except (TypeError, ValueError) as error:
        raise InputError(f"Cannot search within {value!r}: {error}. Give arcmin.") from error
    if not (math.isfinite(arcmin) and 0 < arcmin <= 180 * 60):
        raise InputError(
            f"Cannot search within {value!r} arcmin. Give a radius above 0 and up to 10800, or None"
            " for the catalogue's own."
        )
    return arcmin


def as_obs_ids(value: Any) -> tuple[str, ...]:
    """Take numbers of observations as texts, each once.

    Raises
    ------
    InputError
        If one is no text: numbers lose their leading zeros.
    """
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise InputError(f"Cannot select {value!r}. Give ObsIDs as text, such as '60001110002'.")
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def as_mjd(value: Any) -> float | None:
    """Take a date as MJD, an astropy Time, a datetime, a text, or None.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if value is None:
        return None
    try:
        if isinstance(value, Real):
            return _number(value)
        if isinstance(value, str) and re.fullmatch(r"\d{5,6}(\.\d*)?", value.strip()):
            return float(value)
        from astropy.time import Time

        return float((value if isinstance(value, Time) else Time(_iso(value))).utc.mjd)
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"Cannot take {value!r} as a date. Give an MJD, '2011-04-14', or an astropy Time."
        ) from error


def _number(value: Any) -> float:
    if type(value) is bool or not math.isfinite(value):
        raise InputError("it is no finite number")
    return float(value)


def _iso(value: Any) -> Any:
    """Give what astropy reads: a year or a month alone is its first day."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and re.fullmatch(r"\d{4}(-\d\d)?", text):
        return f"{text}-01-01"[:10] if len(text) == len("2011") else f"{text}-01"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return text


def rows_of(which: tuple[Any, ...]) -> Any:
    """Give ObsIDs as a list, or whatever else was given to choose by."""
    names: Any = which[0] if len(which) == 1 and not isinstance(which[0], str) else which
    if hasattr(names, "colnames"):  # a table, or a row of one
        names = names["obsid"]
    if hasattr(names, "filled") and getattr(names, "mask", None) is not None:
        names = names.filled(False)  # noqa: FBT003  what is not known is not meant
    if hasattr(names, "tolist"):
        names = names.tolist()
    if isinstance(names, Real):
        return [names]
    return sorted(names) if isinstance(names, set | frozenset) else _as_list(names)


def _as_list(names: Any) -> Any:
    if isinstance(names, str):
        return [names]
    return list(names) if isinstance(names, tuple) else names


def window_of(ends: Any, origin: float) -> tuple[float, float]:
    """Give the ends of a window, MJD; None is open."""
    try:
        lo, hi = ends
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot choose times by {ends!r}. Give two ends, e.g. (123, 151)."
        ) from error
    try:
        lo, hi = _end(lo), _end(hi)
    except (TypeError, ValueError) as error:
        raise InputError(f"Cannot choose times by {ends!r}. Give two ends. {error}") from error
    lo, hi = -math.inf if lo is None else lo, math.inf if hi is None else hi
    if not lo < hi:
        raise InputError(f"Cannot choose times by {ends!r}: the first must be the earlier one.")
    return lo + origin, hi + origin


def _end(value: Any) -> float | None:
    infinite = isinstance(value, Real) and math.isinf(value)
    return None if infinite else as_mjd(value)
