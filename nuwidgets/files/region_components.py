"""Components of a FITS region: shapes that hold together are all needed, and components add up.

Here a region is a stack in which the last shape wins. Both ways say the same of includes and
excludes: each include is a component with all excludes that come after it. CFITSIO parts the
shapes of a text file in this way, and `stack_of` finds the stack again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPanda
from nuwidgets.domain.region import Region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.pixel_shapes import PixelShape

MOST_PIXELS = 1_000_000
"""So many pixels are looked at to see whether a stack says the same as components."""
LEFT_OUT = "It is left out."


@dataclass(frozen=True)
class Wedge:
    """A sector without radii: half of a `PixelPanda`, the other half is an annulus or a circle."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    start_deg: float
    """First angle, deg."""
    stop_deg: float
    """Last angle, deg."""
    exclude: bool = False
    """Whether it takes away."""


if TYPE_CHECKING:
    Part = PixelShape | Wedge


@dataclass(frozen=True)
class Component:
    """What one component says: a shape, or everything, without some shapes."""

    include: PixelShape | None
    """The shape; None for everything."""
    excludes: tuple[PixelShape, ...]
    """What is taken away from it."""

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which pixels it holds."""
        first = () if self.include is None else (self.include,)
        return Region((*first, *self.excludes)).contains(x, y)


def components_of(region: Region) -> tuple[tuple[PixelShape, ...], ...]:
    """Give the components that say the same as a stack of shapes in pixels."""
    shapes: tuple[PixelShape, ...] = region.to_pixel(None).shapes  # type: ignore[assignment]
    made = []
    for at, shape in enumerate(shapes):
        after = tuple(other for other in shapes[at:] if other.exclude)
        if not shape.exclude or at == 0:
            made.append(after if shape.exclude else (shape, *after))
    return tuple(made)


def stack_of(components: Iterable[tuple[Part, ...]], where: str) -> tuple[Region, tuple[str, ...]]:
    """Give the stack that says the same as components, and what cannot be said so.

    Parameters
    ----------
    components : iterable of tuples
        Their shapes in pixels, in the order of the file.
    where : str
        What to call the table in messages.
    """
    whole, said = [], []
    for number, parts in enumerate(components, 1):
        component = _component(parts)
        if component is None:
            said.append(
                f"{where}: component {number} is what several shapes have in common, which is not"
                f" supported. {LEFT_OUT}"
            )
        else:
            whole.append(component)
    ordered = _chain(whole)
    if ordered is not None:
        return Region(tuple(_stacked(ordered))), tuple(said)
    region = Region(tuple(_stacked(whole)))
    off = _n_different(region, whole)
    if off:
        said.append(
            f"{where}: what one component leaves out belongs to another, which is not supported:"
            f" {off} pixels of the region differ. Write the region as a DS9 file."
        )
    return region, tuple(said)


def _component(parts: tuple[Part, ...]) -> Component | None:
    """Give what shapes that hold together say; None where no single shape says it."""
    includes = list(dict.fromkeys(part for part in parts if not part.exclude))
    excludes = [part for part in parts if part.exclude]
    if any(isinstance(part, Wedge) for part in excludes):
        return None
    kept: tuple[PixelShape, ...] = tuple(p for p in excludes if not isinstance(p, Wedge))
    if not includes:
        return Component(None, kept)
    if len(includes) == 1 and not isinstance(includes[0], Wedge):
        return Component(includes[0], kept)
    panda = _panda(includes)
    return None if panda is None else Component(panda, kept)


def _panda(includes: list[Part]) -> PixelPanda | None:
    """Give the sector of an annulus that an annulus, or a circle, and a wedge have in common."""
    wedges = [part for part in includes if isinstance(part, Wedge)]
    rings = [part for part in includes if isinstance(part, PixelAnnulus | PixelCircle)]
    if len(wedges) != 1 or len(rings) != 1 or len(includes) != 2:  # noqa: PLR2004  a pair
        return None
    (wedge,), (ring,) = wedges, rings
    if (wedge.x, wedge.y) != (ring.x, ring.y):
        return None
    radii = (0.0, ring.radius) if isinstance(ring, PixelCircle) else (ring.inner, ring.outer)
    return PixelPanda(ring.x, ring.y, wedge.start_deg, wedge.stop_deg, *radii)


def _chain(components: list[Component]) -> list[Component] | None:
    """Order components so that each leaves out all that the next one does; None if none does."""
    nothing = [one for one in components if one.include is None]
    by_size = sorted(components, key=lambda one: (-len(one.excludes), one.include is not None))
    for order in (components, by_size):
        held = [Counter(one.excludes) for one in order]
        nested = all(b <= a for a, b in pairwise(held))
        if nested and len(nothing) <= 1 and nothing == [c for c in order[:1] if not c.include]:
            return order
    return None


def _stacked(components: list[Component]) -> list[PixelShape]:
    """Give the shapes of components, each with what it leaves out and the next does not."""
    shapes: list[PixelShape] = []
    for one, following in zip_longest(components, components[1:]):
        own = _without(one.excludes, following.excludes if following else ())
        if one.include is None:  # everything: a stack says so by an exclude at its start
            own = own or one.excludes[:1]
        else:
            shapes.append(one.include)
        shapes += own
    return shapes


def _without(
    shapes: tuple[PixelShape, ...], others: tuple[PixelShape, ...]
) -> tuple[PixelShape, ...]:
    """Give the shapes that are not among others; of equal ones the last are those of others."""
    left, kept = Counter(others), []
    for shape in reversed(shapes):
        if left[shape]:
            left[shape] -= 1
        else:
            kept.append(shape)
    return tuple(reversed(kept))


def _n_different(region: Region, components: list[Component]) -> int:
    """Count the pixels that a stack says something else of than components do."""
    boxes = np.array([replace(shape, exclude=False).bounds for shape in region.shapes])  # type: ignore[union-attr]
    lo, hi = np.floor(boxes.min(axis=0)), np.ceil(boxes.max(axis=0))
    sides = hi[1] - lo[0] + 1, hi[3] - lo[2] + 1
    step = max(1.0, np.ceil(np.sqrt(sides[0] * sides[1] / MOST_PIXELS)))
    x = np.arange(lo[0], hi[1] + 1, step)[None, :]
    y = np.arange(lo[2], hi[3] + 1, step)[:, None]
    wanted = np.any([one.contains(x, y) for one in components], axis=0)
    return int(np.count_nonzero(wanted != region.contains(x, y)) * step**2)
