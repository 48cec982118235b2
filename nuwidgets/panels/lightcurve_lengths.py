"""Lengths of bins as one types them: ``10 ms``, ``256``, ``5 min``, ``1 orbit``; and bands."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.band import Band
from nuwidgets.domain.lightcurve import LONG_GAP_S
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.gti import Gti

UNITS_S = {
    "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "": 1.0, "sec": 1.0, "min": 60.0, "ks": 1000.0,
    "h": 3600.0, "hr": 3600.0, "d": 86400.0, "day": 86400.0, "days": 86400.0,
}  # fmt: skip
"""Seconds of the units that may be typed."""
_LENGTH = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*([a-zA-Zµ]*)\s*")
_HYPHEN = re.compile(r"(?<=[\d.])\s*(?:-|to|\N{EN DASH})\s*(?=[\d.])")


def orbit_s(gti: Gti) -> float | None:
    """Give the usual distance of the stretches between long gaps, s; None where there is none."""
    starts = [b for a, b in gti.gaps if b - a > LONG_GAP_S]
    if not starts:
        return None
    apart = np.diff([gti.intervals[0][0], *starts])
    return float(np.median(apart))


def read_length(text: str, gti: Gti | None = None) -> float:
    """Give a typed length in s.

    Parameters
    ----------
    text : str
        A number with a unit of `UNITS_S`, or a number of orbits.
    gti : Gti, optional
        Good times, by whose gaps orbits are counted.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> read_length("10 ms"), read_length("256"), read_length("5 min")
    (0.01, 256.0, 300.0)
    """
    found = _LENGTH.fullmatch(text)
    unit = found[2] if found else "?"
    try:
        number = float(found[1]) if found else math.nan
    except ValueError:
        number = math.nan
    if unit.lower() in ("orbit", "orbits"):
        orbit = orbit_s(gti) if gti is not None else None
        if orbit is None:
            raise InputError(
                f"Cannot take {text!r} as a length: the good times have no long gaps by which"
                " orbits could be counted. Type seconds, e.g. 5800."
            )
        return number * orbit
    if unit not in UNITS_S or not math.isfinite(number):
        raise InputError(
            f"Cannot take {text!r} as the length of a bin. Type a number with its unit, e.g."
            " '10 ms', '256 s', '5 min' or '1 orbit'."
        )
    return number * UNITS_S[unit]


def write_length(length_s: float) -> str:
    """Give a length as one may type it, exactly.

    Examples
    --------
    >>> write_length(0.01), write_length(256.0), write_length(2e-5)
    ('10 ms', '256 s', '20 us')
    """
    sizes = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
    unit = next((name for name, size in sizes.items() if length_s >= size), "us")
    return f"{length_s / sizes[unit]:.12g} {unit}"


def read_bands(text: str) -> tuple[Band, ...]:
    """Give typed bands.

    Raises
    ------
    InputError
        If one is no band.

    Examples
    --------
    >>> read_bands("3-10, 10-79")
    (Band(lo_kev=3.0, hi_kev=10.0), Band(lo_kev=10.0, hi_kev=79.0))
    """
    bands = []
    for part in filter(None, map(str.strip, re.split(r"[,;]", text.replace("keV", "")))):
        ends = _HYPHEN.split(part)
        try:
            lo, hi = map(float, ends)
        except ValueError as error:
            raise InputError(
                f"Cannot take {part!r} as an energy band. Type two energies in keV, e.g. '3-10',"
                " and several bands parted by commas."
            ) from error
        bands.append(Band(lo, hi))
    return tuple(bands)


def write_bands(bands: Sequence[Band]) -> str:
    """Give bands as one may type them."""
    return ", ".join(f"{band.lo_kev:g}-{band.hi_kev:g}" for band in bands)
