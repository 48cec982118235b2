"""Pure functions of curves: one mark for all error bars, ticks, limits that stay put."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_POINTS = 5000
"""More than this is thinned for display."""
FLOOR = 1e-12
"""On a logarithmic axis an error bar that reaches zero ends at this fraction of its upper end."""
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

NEARLY = 0.8
"""Share of the frame along x that data must fill to leave it as it is."""


@dataclass(frozen=True, eq=False)
class Bars:
    """Points with their extents: what crosses and steps are drawn from."""

    x_lo: Array
    """Left ends, shape (n,)."""
    x_hi: Array
    """Right ends."""
    x: Array
    """Positions of the vertical bars."""
    y: Array
    """Values."""
    y_lo: Array
    """Lower ends of the vertical bars."""
    y_hi: Array
    """Upper ends."""

    def take(self, index: NDArray[np.intp]) -> Bars:
        """Give the bars at these places, in this order."""
        arrays = (self.x_lo, self.x_hi, self.x, self.y, self.y_lo, self.y_hi)
        return Bars(*(array[index] for array in arrays))


def positive(values: Array) -> Array:
    """Give the values, with NaN for those that a logarithmic axis cannot show."""
    return np.where(values > 0, values, np.nan)


def crosses(bars: Bars, *, log_x: bool = False, log_y: bool = False) -> tuple[Array, Array]:
    """Give one line that draws every cross: horizontal, gap, vertical, gap.

    Returns
    -------
    x, y : ndarray, shape (6 n,)
        NaN where the pen is lifted.
    """
    x, y = np.full((2, len(bars.x), 6), np.nan)
    x[:, 0], x[:, 1], x[:, 3], x[:, 4] = bars.x_lo, bars.x_hi, bars.x, bars.x
    y[:, 0], y[:, 1], y[:, 3], y[:, 4] = bars.y, bars.y, bars.y_lo, bars.y_hi
    if log_y:
        y[:, 3] = np.where(bars.y_hi > 0, np.maximum(bars.y_lo, FLOOR * bars.y_hi), np.nan)
        y = positive(y)
    return positive(x.ravel()) if log_x else x.ravel(), y.ravel()


def steps(bars: Bars, *, log_x: bool = False, log_y: bool = False) -> tuple[Array, Array]:
    """Give one line that draws a histogram: each value from its left to its right edge.

    Returns
    -------
    x, y : ndarray, shape (2 n,)
    """
    x = np.column_stack([bars.x_lo, bars.x_hi]).ravel()
    y = np.repeat(bars.y, 2)
    return positive(x) if log_x else x, positive(y) if log_y else y


def dots(bars: Bars, *, log_x: bool = False, log_y: bool = False) -> tuple[Array, Array]:
    """Give the points that can be drawn, shape (m,): a dot is not left out by NaN, as a line is."""
    x, y = positive(bars.x) if log_x else bars.x, positive(bars.y) if log_y else bars.y
    seen = np.isfinite(x) & np.isfinite(y)
    return x[seen], y[seen]


def with_room(x: Array, *, log: bool) -> tuple[Array, Array]:
    """Give each dot ends to the left and right, so that the frame does not cut it.

    Returns
    -------
    x_lo, x_hi : ndarray, shape (n,)
        3 % of the range of all away, or where there is one dot only, 1.
    """
    place = _log10(x) if log else x
    seen = place[np.isfinite(place)]
    room = 0.03 * float(np.ptp(seen)) if seen.size else 0.0
    ends = place - (room or 1.0), place + (room or 1.0)
    return (10 ** ends[0], 10 ** ends[1]) if log else ends


def thinned(y: Array, most: int = MAX_POINTS) -> NDArray[np.intp]:
    """Find at most `most` indices, rising: the lowest and highest of each equal group.

    Examples
    --------
    >>> thinned(np.array([0.0, 5, 1, 2, -3, 1, 1, 1]), 4)
    array([0, 1, 4, 5])
    """
    if len(y) <= most:
        return np.arange(len(y))
    size = -(-len(y) // (most // 2))
    padded = np.full(size * -(-len(y) // size), np.nan)
    padded[: len(y)] = y
    groups = padded.reshape(-1, size)
    base = np.arange(len(groups)) * size
    low = base + np.argmin(np.where(np.isnan(groups), np.inf, groups), axis=1)
    high = base + np.argmax(np.where(np.isnan(groups), -np.inf, groups), axis=1)
    return np.unique(np.concatenate([low, high]))


def magnified(
    x_range: tuple[float, float],
    factor: float,
    at: float,
    within: tuple[float, float],
    *,
    log: bool,
) -> tuple[float, float]:
    """Give limits of x, `factor` times as far apart, that keep the place at the fraction `at`."""
    lo, hi, least, most = _on_scale((*x_range, *within), log=log)
    place, span = lo + at * (hi - lo), max((hi - lo) * factor, 1e-4 * (most - least))
    new = max(least, place - at * span), min(most, place + (1 - at) * span)
    return (10 ** new[0], 10 ** new[1]) if log else new


def _log10(values: Array) -> Array:
    return np.log10(positive(values))


def settled(
    current: tuple[float, float] | None, lo: float, hi: float, *, log: bool
) -> tuple[float, float]:
    """Choose limits of an axis that shows `lo` to `hi` and does not jump at each small change.

    The current limits stay while they hold the data and the data fill half of them.
    """
    if current is not None:
        a, b, low, high = _on_scale((*current, lo, hi), log=log)
        if a <= low and high <= b and high - low >= 0.5 * (b - a):
            return current
    return _roomy(lo, hi, log=log)


def framed(
    current: tuple[float, float] | None, lo: float, hi: float, *, log: bool
) -> tuple[float, float]:
    """Choose limits of x: those of the data, but the current ones while the data nearly fill them.

    The last bin of a spectrum ends elsewhere with every region; the frame must not follow it.
    """
    if current is not None:
        a, b, low, high = _on_scale((*current, lo, hi), log=log)
        if a <= low and high <= b and high - low >= NEARLY * (b - a):
            return current
    return lo, hi


def _on_scale(values: tuple[float, ...], *, log: bool) -> list[float]:
    return [math.log10(v) if v > 0 else -math.inf for v in values] if log else list(values)


def _roomy(lo: float, hi: float, *, log: bool) -> tuple[float, float]:
    if log:
        low, high = math.log10(lo), math.log10(hi)
        room = 0.06 * (high - low) if high - low > 0.01 else 0.3  # noqa: PLR2004 - one value
        return 10 ** (low - room), 10 ** (high + room)
    size = max(abs(lo), abs(hi))
    room = 0.06 * (hi - lo) if hi - lo > 1e-6 * size else 0.1 * size or 1.0
    from_zero = 0 <= lo < 0.4 * hi
    return (0.0 if from_zero else lo - room), hi + room


def ticks(lo: float, hi: float, *, log: bool, most: int = 7) -> tuple[list[float], dict[str, str]]:
    """Say where an axis has ticks, and the labels of the long ones.

    Returns
    -------
    values : list of float
        All ticks, rising, within the limits.
    labels : dict
        Number as JavaScript writes it -> text; empty for the short ticks.

    Examples
    --------
    >>> {tick: text for tick, text in ticks(3, 79, log=True)[1].items() if text}
    {'3': '3', '5': '5', '10': '10', '20': '20', '30': '30', '50': '50'}
    """
    long, every = _log_ticks(lo, hi, most) if log else _linear_ticks(lo, hi, most)
    named = {script_number(v) for v in long}
    labels = {script_number(v): tick_word(v) if script_number(v) in named else "" for v in every}
    return every, labels


def _log_ticks(lo: float, hi: float, most: int) -> tuple[list[float], list[float]]:
    powers = range(math.floor(math.log10(lo)), math.ceil(math.log10(hi)) + 1)

    def within(digits: Any, by: int = 1) -> list[float]:
        found = [float(f"{d}e{p}") for p in powers if p % by == 0 for d in digits]
        return [v for v in found if lo * (1 - 1e-9) <= v <= hi * (1 + 1e-9)]

    every = within(range(1, 10))
    if math.log10(hi / lo) < 0.5:  # noqa: PLR2004 - as good as linear
        return _linear_ticks(lo, hi, most)
    for digits, by in (
        ((1, 2, 3, 5), 1),
        ((1, 2, 5), 1),
        ((1, 3), 1),
        ((1,), 1),
        ((1,), 2),
        ((1,), 3),
    ):
        long = within(digits, by)
        if len(long) <= most:
            return long, every if by == 1 else within((1,))
    return within((1,), 5), within((1,))


def _linear_ticks(lo: float, hi: float, most: int) -> tuple[list[float], list[float]]:
    long, short = tick_steps(hi - lo, most)
    return tick_places(lo, hi, long), tick_places(lo, hi, short)


def tick_steps(width: float, most: int = 7) -> tuple[float, float]:
    """Give the distances of long and of all ticks on a linear axis of this width."""
    power = 10 ** math.floor(math.log10(width / most))
    parts = {1: 5, 2: 4, 5: 5, 10: 5}
    unit = next(u for u in parts if width / (u * power) <= most)
    return unit * power, unit * power / parts[unit]


def tick_places(lo: float, hi: float, step: float) -> list[float]:
    """Give the multiples of a step within limits."""
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def script_number(value: float) -> str:
    """Write the number as JavaScript does (ECMA-262, Number::toString)."""
    if value == 0 or 1e-6 <= abs(value) < 1e21:  # noqa: PLR2004
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    digits, _, power = f"{value!r}".partition("e")
    return f"{digits}e{int(power):+d}"


def tick_word(value: float) -> str:
    """Write the number of a tick."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:  # noqa: PLR2004 - short enough in full
        return f"{value:.10g}".replace("-", MINUS)
    digits, _, power = f"{value:e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    ten = "10" + str(int(power)).translate(SUPERSCRIPTS)
    return ten if digits == "1" else f"{digits}{TIMES}{ten}".replace("-", MINUS)
