"""A parameter of an observation in words: ``2.05 (+0.03 -0.03)``, ``< 1.2``, problem letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nuwidgets.reports.numbers import LARGEST, SMALLEST, decimals, fixed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.evolution_rows import EvolutionRow


def told(one: EvolutionRow) -> str:
    """Give a value with its errors.

    An end that is a limit makes it a bound; without an interval the error is one sigma.
    """
    if one.status in ("frozen", "tied") and not math.isfinite(one.end_lo):
        return f"{one.value:.6g} ({one.status})"
    if one.bound == "upper":
        return f"< {one.hi:.3g}"
    if one.bound == "lower":
        return f"> {one.lo:.3g}"
    text = value_words(one.value, one.value - one.end_lo, one.end_hi - one.value)
    return f"{text} ({one.status})" if one.status not in ("free", "tied") else text


def value_words(value: float, minus: float, plus: float) -> str:
    """Give a value and its errors with as many digits as they leave.

    Examples
    --------
    >>> value_words(2.0512, 0.031, 0.029), value_words(4.8942e-12, 6.6e-13, 7.4e-13)
    ('2.051 (+0.029 -0.031)', '4.9 (+0.7 -0.7)e-12')
    >>> value_words(3.2, float("nan"), float("nan"))
    '3.2'
    """
    known = [error for error in (minus, plus) if math.isfinite(error) and error > 0]
    if not (math.isfinite(value) and known):
        return f"{value:.4g}" if math.isfinite(value) else ""
    size = max(abs(value), *known)
    power = 0 if SMALLEST * 10 <= size < LARGEST else math.floor(math.log10(size))
    value, minus, plus = (number / 10.0**power for number in (value, minus, plus))
    places = decimals(min(known) / 10.0**power)
    ends = [fixed(e, places) if math.isfinite(e) and e > 0 else "..." for e in (plus, minus)]
    tail = f"e{power:+03d}" if power else ""
    return f"{fixed(value, places)} (+{ends[0]} -{ends[1]}){tail}"


def told_problems(rows: Iterable[EvolutionRow]) -> str:
    """Name the parameters whose intervals have letters set: ``"bbodyrad.kT FFFTFFFFF"``."""
    return "; ".join(f"{one.label} {one.flags}" for one in rows if "T" in one.flags)
