"""All regions of a dataset by name, and what is done with some of their shapes.

A shape is known by its region and its place in it, e.g. ``"background-1"``. What changes them
gives the new regions, and the ids by which the shapes it was about are known afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.domain.region import Region, SkyShape

S = TypeVar("S", bound=SkyShape | PixelShape)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nuwidgets.domain.region import Shape

    Stack = dict[str, Region]


def shape_id(role: str, at: int) -> str:
    """Give the id of a shape.

    Examples
    --------
    >>> shape_id("NE-knot", 2), place_of("NE-knot-2")
    ('NE-knot-2', ('NE-knot', 2))
    """
    return f"{role}-{at}"


def place_of(one: str) -> tuple[str, int]:
    """Give region and place of an id; place -1 where it is the id of no shape."""
    role, _, at = one.rpartition("-")
    return (role, int(at)) if at.isdigit() else (one, -1)


def ids_of(stack: Stack) -> list[str]:
    """Give the ids of all shapes, in order."""
    return [shape_id(role, i) for role, r in stack.items() for i in range(len(r.shapes))]


def found(stack: Stack, ids: Iterable[str]) -> dict[str, Shape]:
    """Give the shapes of these ids that there are, in the order of the stack."""
    wanted = set(ids)
    return {one: _at(stack, one) for one in ids_of(stack) if one in wanted}


def _at(stack: Stack, one: str) -> Shape:
    role, at = place_of(one)
    return stack[role].shapes[at]


def each(stack: Stack, ids: Iterable[str], change: Callable[[Shape], Shape]) -> Stack:
    """Give the regions with each of these shapes changed."""
    chosen = set(ids)
    return {
        role: Region(
            tuple(
                change(shape) if shape_id(role, i) in chosen else shape
                for i, shape in enumerate(region.shapes)
            )
        )
        for role, region in stack.items()
    }


def turned(shape: S) -> S:
    """Give a shape that takes away where it gave, and the other way round."""
    return replace(shape, exclude=not shape.exclude)


def turned_over(stack: Stack, ids: Iterable[str]) -> Stack:
    """Give the regions with these shapes excluded where they were included, and back."""
    return each(stack, ids, turned)


def without(stack: Stack, ids: Iterable[str]) -> Stack:
    """Give the regions without these shapes."""
    gone = set(ids)
    return {
        role: Region(tuple(s for i, s in enumerate(r.shapes) if shape_id(role, i) not in gone))
        for role, r in stack.items()
    }


def having(
    stack: Stack, role: str, shapes: Sequence[Shape], at: int | None = None
) -> tuple[Stack, tuple[str, ...]]:
    """Give the regions with more shapes in one of them, at the end unless a place is given."""
    old = stack[role].shapes
    first = len(old) if at is None else max(0, min(at, len(old)))
    new = Region((*old[:first], *shapes, *old[first:]))
    return {**stack, role: new}, tuple(shape_id(role, first + k) for k in range(len(shapes)))


def brought(stack: Stack, ids: Iterable[str], role: str, at: int) -> tuple[Stack, tuple[str, ...]]:
    """Give the regions with these shapes taken out and put together into one of them.

    Parameters
    ----------
    stack : dict
    ids : iterable of str
    role : str
        The region they come into.
    at : int
        The place there as it was before, that the first of them shall have.
    """
    shapes = found(stack, ids)
    before = sum(place_of(one)[0] == role and place_of(one)[1] < at for one in shapes)
    return having(without(stack, shapes), role, list(shapes.values()), at - before)


def stepped(stack: Stack, ids: Iterable[str], by: int) -> tuple[Stack, tuple[str, ...]]:
    """Give the regions with these shapes one place later (by = 1) or earlier (-1) in each.

    Shapes that are at the end already stay, and so do those that would overtake them.
    """
    chosen, new, named = set(found(stack, ids)), dict[str, Region](), list[str]()
    for role, region in stack.items():
        order = list(range(len(region.shapes)))
        mine = [i for i in order if shape_id(role, i) in chosen]
        for i in reversed(mine) if by > 0 else mine:
            at = order.index(i)
            if 0 <= at + by < len(order) and order[at + by] not in mine:
                order[at], order[at + by] = order[at + by], order[at]
        new[role] = Region(tuple(region.shapes[i] for i in order))
        named += [shape_id(role, order.index(i)) for i in mine]
    return new, tuple(named)
