"""Numbers as a paper prints them: as many digits as their errors leave."""

from __future__ import annotations

import math

FEW, MANY = 354, 949
"""Errors whose first three digits are at most FEW keep two digits, up to MANY one (Particle Data
Group, Review of Particle Physics, introduction, section 5.3)."""
SMALLEST, LARGEST = 1e-3, 1e4
"""Outside, a power of ten is written."""
FAILED_LO, FAILED_HI, LIMIT_LO, LIMIT_HI = 6, 7, 3, 4
"""Which of XSPEC's nine letters say that an end was not found, or is a hard limit."""


def decimals(error: float) -> int:
    """Give how many decimals an error of this size leaves.

    Examples
    --------
    >>> decimals(0.0123), decimals(0.0456), decimals(0.098), decimals(240.0)
    (3, 2, 2, -1)
    """
    exponent = math.floor(math.log10(error))
    leading = round(error / 10.0 ** (exponent - 2))
    return 1 - exponent if leading <= FEW else -exponent


def fixed(value: float, places: int) -> str:
    """Give a number with so many decimals; negative ones round before the point."""
    text = f"{round(value, places):.{max(places, 0)}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def with_errors(value: float, minus: float, plus: float) -> str:
    r"""Give a value and its errors in TeX; an error that is NaN is left open.

    Examples
    --------
    >>> with_errors(1.9234, 0.0218, 0.0312)
    '$1.923^{+0.031}_{-0.022}$'
    >>> with_errors(1.9234, 0.042, 0.042)
    '$1.92\\pm0.04$'
    >>> with_errors(0.0048942, 0.00066, 0.00074)
    '$(4.9^{+0.7}_{-0.7})\\times10^{-3}$'
    >>> with_errors(77.0, 26.5, float("nan"))
    '$77^{+\\ldots}_{-26}$'
    """
    known = [error for error in (minus, plus) if math.isfinite(error) and error > 0]
    if not (math.isfinite(value) and known):
        return plain(value)
    power = _power(value, max(known))
    value, minus, plus = (number / 10.0**power for number in (value, minus, plus))
    places = decimals(min(known) / 10.0**power)
    if len(known) == 2 and minus == plus:  # noqa: PLR2004  both ends
        body = rf"{fixed(value, places)}\pm{fixed(plus, places)}"
    else:
        ends = [
            fixed(e, places) if math.isfinite(e) and e > 0 else r"\ldots" for e in (plus, minus)
        ]
        body = f"{fixed(value, places)}^{{+{ends[0]}}}_{{-{ends[1]}}}"
    return f"${body}$" if not power else rf"$({body})\times10^{{{power}}}$"


def plain(value: float, digits: int = 6) -> str:
    r"""Give a number without an error in TeX; NaN is a dash.

    Examples
    --------
    >>> plain(1.0), plain(1.511e-11, 4), plain(float("nan"))
    ('$1$', '$1.511\\times10^{-11}$', '--')
    """
    if not math.isfinite(value):
        return "--"
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    return rf"${mantissa}\times10^{{{int(power)}}}$" if power else f"${mantissa}$"


def in_interval(value: float, lo: float, hi: float, flags: str) -> str:
    r"""Give a value and its interval in TeX; an end at a hard limit makes it a bound.

    Examples
    --------
    >>> in_interval(0.2, 0.0, 1.23, "FFFTFFFFF")
    '$<1.23$'
    >>> in_interval(80.0, 50.0, 500.0, "FFFFTFFFF")
    '$>50$'
    >>> in_interval(2.0, 0.0, 2.1, "FFFFFFTFF")
    '$2.00^{+0.10}_{-\\ldots}$'
    """
    at = {i for i, letter in enumerate(flags) if letter == "T"}
    if LIMIT_LO in at and LIMIT_HI in at:
        return plain(value, 3) + " (unconstrained)"
    if LIMIT_LO in at and math.isfinite(hi):
        return f"$<{plain(hi, 3).strip('$')}$"
    if LIMIT_HI in at and math.isfinite(lo):
        return f"$>{plain(lo, 3).strip('$')}$"
    minus = math.nan if FAILED_LO in at else value - lo
    plus = math.nan if FAILED_HI in at else hi - value
    return with_errors(value, minus, plus)


def _power(value: float, error: float) -> int:
    size = max(abs(value), error)
    return 0 if SMALLEST * 10 <= size < LARGEST else math.floor(math.log10(size))
