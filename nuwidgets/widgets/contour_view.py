"""A quantity over a line or a grid of values: a curve with level lines, or a map with contours.

Python's traits are the truth and work without a browser. Values travel as bytes; contour lines are
drawn in the browser, so that a grid can be shown while it is filled.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from nuwidgets.errors import InputError
from nuwidgets.widgets.curve_maths import ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

STATIC = Path(__file__).with_name("static")
MOST_TICKS, MOST_VALUES = 7, 10_000
ROOM = 1.35
"""How far a curve's axis goes beyond the highest level."""


def _floats(size: int | None = None) -> Any:
    return traitlets.List(traitlets.Float(), maxlen=size or MOST_VALUES)


class ContourView(anywidget.AnyWidget):
    """A curve with levels, or a map with contours and a cross.

    Attributes
    ----------
    x, y : list of float
        Where there are values, rising; `y` is empty for a curve.
    values : bytes
        float32, those of one x after the other; NaN where there is none.
    levels, level_names : list
        Where lines are drawn, rising, and what they are called.
    best : list of float
        Where the cross is; empty for none.
    x_label, y_label : str
        With their units. For a curve `y_label` names the values.
    at : list of int
        The point under the pointer or the arrow keys, as indices; empty for none.
    alt : str
        The plot in one sentence with its numbers, for those who do not see it.

    Examples
    --------
    >>> view = ContourView(x_label="PhoIndex", y_label="rise")
    >>> view.show([1, 2, 3], [], [4, 0, 4], levels={1.0: "68.3 %"}, best=[2])
    >>> view
    ContourView(3 points)
    """

    _esm = (STATIC / "contour_view.js").read_text(encoding="utf-8")
    _css = (STATIC / "contour_view.css").read_text(encoding="utf-8")

    x = _floats().tag(sync=True)
    y = _floats().tag(sync=True)
    values = traitlets.Bytes().tag(sync=True)
    levels = _floats().tag(sync=True)
    level_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    best = _floats(2).tag(sync=True)
    x_label = traitlets.Unicode().tag(sync=True)
    y_label = traitlets.Unicode().tag(sync=True)
    x_range = _floats(2).tag(sync=True)
    y_range = _floats(2).tag(sync=True)
    x_ticks: traitlets.List[list[object]] = traitlets.List().tag(sync=True)
    y_ticks: traitlets.List[list[object]] = traitlets.List().tag(sync=True)
    log = traitlets.List([False, False]).tag(sync=True)
    at = traitlets.List(traitlets.Int()).tag(sync=True)
    alt = traitlets.Unicode("plot").tag(sync=True)
    empty = traitlets.Unicode("Nothing is computed yet.").tag(sync=True)
    width = traitlets.Int(760, min=300).tag(sync=True)
    height = traitlets.Int(320, min=120).tag(sync=True)

    def show(
        self,
        x: ArrayLike,
        y: ArrayLike,
        values: ArrayLike,
        *,
        levels: dict[float, str],
        best: Sequence[float] = (),
        log: tuple[bool, bool] = (False, False),
    ) -> None:
        """Show values, in one message to the browser.

        Parameters
        ----------
        x : array_like, shape (n_x,)
            Rising.
        y : array_like, shape (n_y,)
            Rising; empty for a curve over x.
        values : array_like, shape (n_x,) or (n_x, n_y)
            NaN where there is none.
        levels : dict
            Where lines are drawn, rising, and what they are called.
        best : sequence of float
            Where the cross is.
        log : (bool, bool)
            Which axes are logarithmic.

        Raises
        ------
        InputError
            If the shapes do not go together.
        """
        across, up, plane = (np.asarray(a, dtype=np.float64) for a in (x, y, values))
        wanted = (len(across), len(up)) if len(up) else (len(across),)
        if plane.shape != wanted:
            raise InputError(
                f"Cannot draw values of shape {plane.shape!r} over {len(across)} by {len(up)}"
                f" points: the shape must be {wanted!r}."
            )
        y_range = _range(up, log=log[1]) if len(up) else (0.0, ROOM * max(levels, default=1.0))
        with self.hold_sync():
            self.x, self.y = across.tolist(), up.tolist()
            self.values = np.ascontiguousarray(plane, dtype="<f4").tobytes()
            self.levels, self.level_names = list(levels), list(levels.values())
            self.best, self.log = list(best), list(log)
            self._frame(_range(across, log=log[0]), y_range)
            if any(i >= size for i, size in zip(self.at, wanted, strict=False)):
                self.at = []

    def _frame(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
        self.x_range, self.y_range = list(x_range), list(y_range)
        self.x_ticks = _ticks(*x_range, log=self.log[0])
        self.y_ticks = _ticks(*y_range, log=bool(self.log[1] and self.y))

    def __repr__(self) -> str:
        """Say what is shown, the same in every run."""
        sizes = [str(len(axis)) for axis in (self.x, self.y) if axis]
        return f"ContourView({' x '.join(sizes) or 'no'} points)"


def _range(values: NDArray[np.float64], *, log: bool) -> tuple[float, float]:
    """Give the limits of an axis; around a single value there is room."""
    if not len(values):
        return 0.1, 1.0
    lo, hi = float(values.min()), float(values.max())
    if hi > lo:
        return lo, hi
    return (lo / 2, hi * 2) if log else (lo - (abs(lo) or 1.0), hi + (abs(hi) or 1.0))


def _ticks(lo: float, hi: float, *, log: bool) -> list[list[object]]:
    """Give ticks as pairs of value and text, which is empty for the short ones."""
    values, labels = ticks(lo, hi, log=log, most=MOST_TICKS)
    return [[value, text] for value, text in zip(values, labels.values(), strict=True)]
