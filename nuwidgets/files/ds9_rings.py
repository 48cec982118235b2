"""Shapes with a centre, from the numbers of a DS9 statement; rings and sectors may be several.

``annulus(x,y,r1,r2,r3)`` and ``annulus(x,y,r1,r3,n=2)`` are two rings,
``ellipse(x,y,a1,b1,a2,b2,t)`` is a ring between two ellipses, and
``panda(x,y,from,to,n,r1,r2,m)`` is n times m sectors.
Source: DS9 reference manual, regions. ``pie(x,y,r1,r2,from,to)`` is CIAO's word for one sector.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
)
from nuwidgets.domain.region import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    EllipseAnnulus,
    Panda,
    Point,
)
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.region import Shape
    from nuwidgets.files.ds9 import Number
    from nuwidgets.files.ds9_shapes import Reader

    Numbers = tuple[Number, ...]
    Pair = tuple[float, float]

MOST = 1000
"""So many rings or sectors may stand in one statement."""
KINDS: dict[str, tuple[type, type]] = {
    "circle": (Circle, PixelCircle),
    "annulus": (Annulus, PixelAnnulus),
    "ellipse": (Ellipse, PixelEllipse),
    "elliptannulus": (EllipseAnnulus, PixelEllipseAnnulus),
    "box": (Box, PixelBox),
    "panda": (Panda, PixelPanda),
    "point": (Point, PixelPoint),
}
"""What a word makes on the sky and in pixels."""


@dataclass(frozen=True)
class _Place:
    """Where the shapes of a statement go, and the numbers they are made of."""

    reader: Reader
    """Reads numbers in the units of the domain."""
    numbers: Numbers
    """All numbers of the statement."""
    x: float
    """First coordinate: deg, or pixels from 0."""
    y: float
    """Second coordinate: deg, or pixels from 0."""

    def make(self, kind: str, *values: float) -> Shape:
        """Give a shape at this place."""
        on_sky, in_pixels = KINDS[kind]
        made: Any = on_sky if self.reader.sky else in_pixels
        shape: Shape = made(self.x, self.y, *values, exclude=self.reader.statement.exclude)
        return shape

    def turned_deg(self, angle_deg: float) -> float:
        """Give an angle in the frame of the shapes."""
        return self.reader.turned_deg(self.numbers, angle_deg)


def round_shapes(reader: Reader) -> tuple[Shape, ...]:
    """Give the shapes of a statement that has a centre; without a number of rings it is one.

    Raises
    ------
    InputError
        If sizes do not rise, or numbers are missing or too many.
    """
    numbers = reader.statement.numbers
    (x,), (y,) = reader.points(numbers[:2])
    place = _Place(reader, numbers, x, y)
    return tuple(_MAKERS[reader.statement.shape](place))


def outermost(numbers: Numbers) -> Numbers:
    """Give the numbers that are the largest pair of sizes: of an ellipse, or a box."""
    pairs, _ = _halves(numbers[2:])
    return pairs[-1] if pairs else ()


def _halves(numbers: Numbers) -> tuple[list[Numbers], Numbers]:
    """Part the numbers after a centre into pairs of sizes and the angle that may follow."""
    sizes = tuple(n for n in numbers if n.unit != "n")
    whole = len(sizes) - len(sizes) % 2
    return [sizes[i : i + 2] for i in range(0, whole, 2)], sizes[whole:]


def _count_of(numbers: Numbers) -> int:
    """Give the number of rings that ``n=`` says; 0 where it says none."""
    said = [int(n.value) for n in numbers if n.unit == "n"]
    return _checked(said[0]) if said else 0


def _checked(count: float) -> int:
    if not 1 <= count <= MOST or count != int(count):
        raise InputError(f"{count:g} rings or sectors were asked for, 1 to {MOST} can be made")
    return int(count)


def _steps(lo: float, hi: float, count: int) -> list[float]:
    """Give the edges of equal steps; both ends as they were given."""
    return [lo, *np.linspace(lo, hi, count + 1)[1:-1].tolist(), hi]


def _simple(place: _Place) -> Iterator[Shape]:
    name = place.reader.statement.shape.removeprefix("rot")
    n_sizes = {"circle": 1, "box": 2}.get(name, 0)
    sizes = [place.reader.size(n) for n in place.numbers[2 : 2 + n_sizes]]
    if name == "box":
        sizes.append(place.turned_deg(place.reader.angle_deg(place.numbers[4:])))
    yield place.make(name, *sizes)


def _annuli(place: _Place) -> Iterator[Shape]:
    count = _count_of(place.numbers)
    radii = [place.reader.size(n) for n in place.numbers[2:] if n.unit != "n"]
    if count and len(radii) == 2:  # noqa: PLR2004  the first and the last
        radii = _steps(radii[0], radii[1], count)
    for inner, outer in itertools.pairwise(radii):
        yield place.make("annulus", inner, outer)


def _ellipses(place: _Place) -> Iterator[Shape]:
    read, count = place.reader, _count_of(place.numbers)
    halves, last = _halves(place.numbers[2:])
    if read.statement.shape == "elliptannulus" and len(halves) == 3 and not last:  # noqa: PLR2004
        (first, second), halves = halves[2], halves[:2]
        if first.value != second.value:
            raise InputError("the two angles of an elliptical annulus must be equal")
        last = (first,)
    angle = place.turned_deg(read.angle_deg(last))
    pairs: list[Pair] = [(read.size(a), read.size(b)) for a, b in halves]
    if count and len(pairs) == 2:  # noqa: PLR2004  the first and the last
        (a1, b1), (a2, b2) = pairs
        pairs = list(zip(_steps(a1, a2, count), _steps(b1, b2, count), strict=True))
    if len(pairs) == 1:
        yield place.make("ellipse", *pairs[0], angle)
    for inner, outer in itertools.pairwise(pairs):
        if any(inner):
            yield place.make("elliptannulus", *inner, *outer, angle)
        else:
            yield place.make("ellipse", *outer, angle)


def _pandas(place: _Place) -> Iterator[Shape]:
    start, stop, n_angles, inner, outer, n_radii = place.numbers[2:]
    yield from _sectors(place, (start, stop), (inner, outer), (n_angles.value, n_radii.value))


def _pies(place: _Place) -> Iterator[Shape]:
    inner, outer, start, stop = place.numbers[2:]
    yield from _sectors(place, (start, stop), (inner, outer), (1, 1))


def _sectors(
    place: _Place, angles: Numbers, radii: Numbers, counts: tuple[float, float]
) -> Iterator[Shape]:
    """Give all sectors between two angles and two radii, ring by ring as DS9 draws them."""
    n_angles, n_radii = (_checked(count) for count in counts)
    _checked(n_angles * n_radii)
    start, stop = (place.turned_deg(place.reader.angle_deg((a,))) for a in angles)
    if n_angles > 1:
        stop = start + ((stop - start) % 360.0 or 360.0)
    edges = _steps(start, stop, n_angles)
    inner, outer = (place.reader.size(r) for r in radii)
    for near, far in itertools.pairwise(_steps(inner, outer, n_radii)):
        for first, last in itertools.pairwise(edges):
            yield place.make("panda", first, last, near, far)


_MAKERS: dict[str, Callable[[_Place], Iterator[Shape]]] = {
    "circle": _simple,
    "point": _simple,
    "box": _simple,
    "rotbox": _simple,
    "annulus": _annuli,
    "ellipse": _ellipses,
    "elliptannulus": _ellipses,
    "panda": _pandas,
    "cpanda": _pandas,
    "pie": _pies,
}
