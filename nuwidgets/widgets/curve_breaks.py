"""An x axis that is broken: long stretches without data are squeezed to slivers, and marked.

Everything outside the axes counts in true x; only what is sent to the browser is bent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.widgets.curve_dates import date_pieces
from nuwidgets.widgets.curve_maths import script_number, tick_places, tick_steps, tick_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Pair = tuple[float, float]

SLIVER = 0.015
"""Width of a squeezed stretch, over that of all that is not squeezed."""
APART = 0.09
"""Least distance of two labels of numbers, over the width of the axis."""
FEWEST, LONELY = 3, 1.5
"""With fewer labels, or so much more than the least distance between them, others fill in."""
APART_DATES = 0.16
"""Least distance of two labels of dates, over the width of the axis."""


@dataclass(frozen=True)
class Breaks:
    """A map of x, linear but for the squeezed stretches.

    Examples
    --------
    >>> broken = Breaks(((2.0, 10.0),), 1.0)
    >>> broken.bend([1.0, 2.0, 6.0, 10.0, 11.0]).tolist()
    [1.0, 2.0, 2.5, 3.0, 4.0]
    >>> broken.unbend([1.0, 2.5, 4.0]).tolist()
    [1.0, 6.0, 11.0]
    """

    cuts: tuple[Pair, ...] = ()
    """Squeezed stretches of x, rising, apart."""
    sliver: float = 0.0
    """Width that each of them keeps, in x."""

    @classmethod
    def of(cls, cuts: Sequence[Pair], home: Pair) -> Breaks:
        """Squeeze these stretches of an axis from `home[0]` to `home[1]`, where that saves room."""
        inside = [(max(a, home[0]), min(b, home[1])) for a, b in sorted(cuts)]
        inside = [(a, b) for a, b in inside if b > a]
        sliver = SLIVER * max(home[1] - home[0] - sum(b - a for a, b in inside), 0.0)
        return cls(tuple((a, b) for a, b in inside if b - a > 2 * sliver), sliver)

    def _knots(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the ends of the stretches, and how much of x is taken away up to each."""
        ends = np.array(self.cuts, float).ravel()
        gone = np.cumsum([b - a - self.sliver for a, b in self.cuts])
        return ends, np.column_stack([np.append(0.0, gone[:-1]), gone]).ravel()

    def bend(self, x: ArrayLike) -> NDArray[np.float64]:
        """Give where x is drawn."""
        given = np.asarray(x, float)
        if not self.cuts:
            return given
        ends, gone = self._knots()
        return given - np.interp(given, ends, gone)

    def unbend(self, place: ArrayLike) -> NDArray[np.float64]:
        """Give the x that is drawn at a place."""
        given = np.asarray(place, float)
        if not self.cuts:
            return given
        ends, gone = self._knots()
        return given + np.interp(given, ends - gone, gone)

    def pieces(self, lo: float, hi: float) -> list[Pair]:
        """Give the stretches of a range that are not squeezed."""
        edges = [lo, *(end for cut in self.cuts for end in cut), hi]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return [(max(a, lo), min(b, hi)) for a, b in pairs if min(b, hi) > max(a, lo)]

    def ticks(self, lo: float, hi: float, *, dates: bool) -> tuple[list[float], dict[str, str]]:
        """Say where a broken axis has ticks, as drawn, and their labels.

        Parameters
        ----------
        lo, hi : float
            The range of x that is shown.
        dates : bool
            Whether x is MJD and shown as dates.

        Returns
        -------
        values, labels : as of `ticks`
        """
        pieces = self.pieces(lo, hi)
        first, last = self.bend([lo, hi])
        width = float(last - first)
        best, more, every = date_pieces(pieces, width) if dates else _numbers(pieces, width)
        room = (APART_DATES if dates else APART) * width
        said = _spaced({}, {float(self.bend(v)): word for v, word in best.items()}, room)
        rest = {float(self.bend(v)): word for v, word in more.items()}
        said = _spaced(said, rest, room if len(said) < FEWEST else LONELY * room)
        places = [float(v) for v in self.bend(sorted({*every, *best}))]
        return places, {script_number(v): said.get(v, "") for v in places}


def _numbers(
    pieces: Sequence[Pair], width: float
) -> tuple[dict[float, str], dict[float, str], list[float]]:
    """Give the labels that are best, those that may fill what is bare, and all ticks."""
    long, short = tick_steps(width)
    best = {v: tick_word(v) for piece in pieces for v in tick_places(*piece, long)}
    every = [v for piece in pieces for v in tick_places(*piece, short)]
    return best, {v: tick_word(v) for v in every if v not in best}, every


def _spaced(kept: dict[float, str], more: dict[float, str], room: float) -> dict[float, str]:
    """Give labels with those of more that do not come near to others."""
    said = dict(kept)
    for place, word in more.items():
        if all(abs(place - other) >= room for other in said):
            said[place] = word
    return said
