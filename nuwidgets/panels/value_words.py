"""Numbers with errors as panels say them: as many digits as the errors leave."""

from __future__ import annotations

import math

from nuwidgets.reports.numbers import decimals, fixed

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST, LARGEST = 1e-3, 1e5
"""Outside, a power of ten is written."""


def with_ends(value: float, ends: tuple[float, float] | None = None, unit: str = "") -> str:
    """Give a value, how far its interval reaches, and its unit.

    Examples
    --------
    >>> with_ends(2.0512, (2.0221, 2.0813))
    '2.051 (+0.030 −0.029)'
    >>> with_ends(1.046e-12, (1.005e-12, 1.087e-12), "erg cm⁻² s⁻¹")
    '1.05 (+0.04 −0.04) × 10⁻¹² erg cm⁻² s⁻¹'
    >>> with_ends(1.0461e-12), with_ends(0.150000001, unit="keV")
    ('1.046 × 10⁻¹²', '0.15 keV')
    >>> with_ends(0.6, (0.01, 0.5), "keV")
    '0.6 (0.01 to 0.5) keV'
    """
    tail = f" {unit}" if unit else ""
    if not math.isfinite(value):
        return f"-{tail}"
    large = abs(value) if value else 0.0
    power = 0 if SMALLEST <= large < LARGEST or not large else math.floor(math.log10(large))
    scale = 10.0**power
    times = f" \N{MULTIPLICATION SIGN} 10{str(power).translate(SUPERSCRIPTS)}" if power else ""
    if ends and not ends[0] <= value <= ends[1]:
        lo, hi = (f"{end / scale:.4g}" for end in ends)
        return f"{value / scale:.4g} ({lo} to {hi}){times}{tail}"
    plus, minus = (ends[1] - value, value - ends[0]) if ends else (math.nan, math.nan)
    known = [error / scale for error in (plus, minus) if math.isfinite(error) and error > 0]
    if not known:
        return f"{value / scale:.4g}{times}{tail}"
    places = decimals(min(known))
    shown = (fixed(error / scale, places) for error in (plus, minus))
    up, down = shown
    return f"{fixed(value / scale, places)} (+{up} \N{MINUS SIGN}{down}){times}{tail}"
