"""What a point view draws: points of several kinds in panels, and the limits that show them all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.widgets.curve_maths import (
    SUPERSCRIPTS,
    Bars,
    settled,
    tick_word,
    ticks,
    with_room,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VALUE, UPPER, LOWER = "value", "upper", "lower"
MARKS = (VALUE, UPPER, LOWER)
"""What a point is: a value with its errors, or the end of an arrow down or up."""
SHAPES = ("disc", "ring", "diamond")
ARROW_PX, DOT_PX = 26, 7
"""Room for an arrow, and for a dot."""
USUAL_BARS = 4.0
"""An error bar is shown at least as far as so many of the usual length."""
SMALLEST, LARGEST = 5e-3, 1e5
"""Numbers between these are short enough beside their ticks."""


@dataclass(frozen=True)
class Kind:
    """How points of one kind look."""

    label: str
    """In the legend; empty is not there."""
    color: str
    """As CSS."""
    shape: str = "disc"
    """One of `SHAPES`."""


@dataclass(frozen=True)
class Point:
    """One point; what is NaN is not drawn."""

    key: str
    """Which it is, e.g. the name of a dataset."""
    x: float
    """Its place."""
    x_lo: float
    """Left end of the horizontal bar."""
    x_hi: float
    """Right end."""
    y: float
    """Its value, or where the arrow of a limit begins."""
    lo: float
    """Lower end of the error bar."""
    hi: float
    """Upper end."""
    mark: str = VALUE
    """One of `MARKS`."""
    kind: str = ""
    """Name of its `Kind`."""
    said: str = ""
    """What is said when it is pointed at."""


@dataclass(frozen=True)
class PointPanel:
    """Points over the shared x axis."""

    label: str
    """Of the y axis, with its unit."""
    points: tuple[Point, ...]
    """What is drawn."""
    log: bool = False
    """Logarithmic; what is not positive is not drawn."""
    height: int = 150
    """Of the frame, CSS pixels."""

    def bars(self) -> Bars:
        """Give the numbers as arrays."""
        names = ("x_lo", "x_hi", "x", "y", "lo", "hi")
        return Bars(*(np.array([getattr(p, n) for p in self.points], float) for n in names))


def check(panels: Sequence[PointPanel], kinds: Mapping[str, Kind]) -> None:
    """Refuse points and kinds that are none.

    Raises
    ------
    InputError
        If one is not known.
    """
    for kind in kinds.values():
        if kind.shape not in SHAPES:
            raise InputError(f"Cannot draw {kind.shape!r}. {nearest(kind.shape, SHAPES)}")
    for point in (p for panel in panels for p in panel.points):
        for word, known in ((point.mark, MARKS), (point.kind, tuple(kinds))):
            if word not in known:
                raise InputError(
                    f"Cannot draw the point {point.key!r} as {word!r}. {nearest(word, known)}"
                )


def home_of(panels: Sequence[PointPanel]) -> tuple[float, float]:
    """Give the range of x of all points, with room at both ends."""
    bars = [panel.bars() for panel in panels if panel.points]
    x = np.concatenate([*(b.x_lo for b in bars), *(b.x_hi for b in bars), np.zeros(0)])
    x = x[np.isfinite(x)]
    if not x.size:
        return 0.0, 1.0
    lo, hi = with_room(x, log=False)
    return float(lo.min()), float(hi.max())


def plain(panel: PointPanel, x_range: tuple[float, float]) -> dict[str, Any]:
    """Give a panel as the browser takes it: limits and ticks, and no NaN, which JSON has not."""
    found = _reach(panel, x_range)
    limits = _with_room(panel, settled(None, *found, log=panel.log)) if found else (0.1, 1.0)
    decades = panel.log and limits[1] >= 10 * limits[0]  # numbered at powers of ten
    power = 0 if decades else _power(limits)
    return {
        "label": _label(panel.label, power),
        "log": panel.log,
        "height": panel.height,
        "range": list(limits),
        "ticks": _y_ticks(panel, limits, power) if found else [],
        "points": [
            {name: _number(value) for name, value in vars(point).items()} for point in panel.points
        ],
    }


def _reach(panel: PointPanel, x_range: tuple[float, float]) -> tuple[float, float] | None:
    """Give the lowest and highest y within a range of x; None if there is nothing to show.

    Error bars count, but no further than some of the usual ones beyond the values, so that one
    poor point does not flatten the others.
    """
    bars = panel.bars()
    seen = (bars.x_hi >= x_range[0]) & (bars.x_lo <= x_range[1])
    with np.errstate(invalid="ignore"):
        on = [
            np.where(a > 0, a, np.nan) if panel.log else a for a in (bars.y, bars.y_lo, bars.y_hi)
        ]
    y, lo, hi = (np.log10(a[seen]) if panel.log else a[seen] for a in on)
    known = np.isfinite(y)
    if not known.any():
        return None
    ends = []
    for end, way in ((lo, -1), (hi, 1)):
        length = (end - y) * way
        bar = length[np.isfinite(length)]
        most = float(y[known].max() if way > 0 else y[known].min())
        far = max([0.0, *((end[np.isfinite(length)] - most) * way)])
        usual = USUAL_BARS * float(np.median(bar)) if bar.size else 0.0
        ends.append(most + way * min(far, usual))
    return (10 ** ends[0], 10 ** ends[1]) if panel.log else (ends[0], ends[1])


def _power(limits: tuple[float, float]) -> int:
    """Give the power of ten that is said once, beside the unit, of small or large numbers."""
    largest = max(map(abs, limits))
    return 0 if SMALLEST <= largest < LARGEST else math.floor(math.log10(largest))


def _label(label: str, power: int) -> str:
    if not power:
        return label
    ten = f"10{str(power).translate(SUPERSCRIPTS)}"
    name, bracket, unit = label.partition("[")
    return f"{name}[{ten} {unit}" if bracket else f"{label} [{ten}]"


def _y_ticks(panel: PointPanel, limits: tuple[float, float], power: int) -> list[list[object]]:
    """Give the ticks of y; long numbers, of a logarithmic axis, have room at powers of ten only."""
    wide = panel.log and not SMALLEST <= limits[0] < limits[1] < LARGEST
    most = max(3, panel.height // 60) if wide else max(4, panel.height // 30)
    values, labels = ticks(*limits, log=panel.log, most=most)
    words = [tick_word(float(f"{value / 10.0**power:.12g}")) for value in values]
    if wide and any("10" in word and not word.isascii() for word in words):
        words = [_ten(value) or tick_word(value) for value in values]  # not 10000 below 10⁵
    texts = (word if text else "" for word, text in zip(words, labels.values(), strict=True))
    return [[value, text] for value, text in zip(values, texts, strict=True)]


def _ten(value: float) -> str:
    """Write a power of ten as such; empty for what is none."""
    power = round(math.log10(value))
    found = f"10{str(power).translate(SUPERSCRIPTS)}"
    return found if math.isclose(value, 10.0**power) else ""


def _with_room(panel: PointPanel, limits: tuple[float, float]) -> tuple[float, float]:
    """Leave room for dots at the edges, and for arrows below upper and above lower limits."""
    on, back = (np.log10, lambda v: 10.0**v) if panel.log else (float, float)
    lo, hi = (float(on(end)) for end in limits)
    px = (hi - lo) / panel.height
    for point in panel.points:
        if _seen(point, panel):
            y = float(on(point.y))
            lo = min(lo, y - px * (ARROW_PX if point.mark == UPPER else DOT_PX))
            hi = max(hi, y + px * (ARROW_PX if point.mark == LOWER else DOT_PX))
    return float(back(lo)), float(back(hi))


def _seen(point: Point, panel: PointPanel) -> bool:
    return bool(np.isfinite(point.y)) and (point.y > 0 or not panel.log)


def _number(value: Any) -> Any:
    return value if isinstance(value, str) or np.isfinite(value) else None


def pairs(values: list[float], labels: Mapping[str, str]) -> list[list[object]]:
    """Give ticks as pairs of value and text, which is empty for the short ones."""
    return [[value, text] for value, text in zip(values, labels.values(), strict=True)]
