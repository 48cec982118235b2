"""Regions as files that nuproducts and xrtproducts read, and what these cannot correct for.

Both hand the file on to the extractor, that is CFITSIO's region filter: DS9's language, on the sky
where it can be. Source of what is corrected: help pages of numkarf, nulccorr and xrtlccorr.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPoint,
    PixelShape,
)
from nuwidgets.domain.region import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    Point,
    Region,
    to_pixel,
    word_of,
)
from nuwidgets.errors import InputError, nearest
from nuwidgets.files.atomic import save_text
from nuwidgets.files.regions import format_regions

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane

TASKS = ("nuproducts", "xrtproducts")
KINDS = ("source", "background")
PIXEL_SIDE = 0.98
"""Side of a box that holds one pixel's centre and no other, pixels."""
_CIRCLES, _BOXES = (Circle, PixelCircle), (Box, PixelBox)
_ROUND = (*_CIRCLES, Annulus, PixelAnnulus)
_CORRECTED: dict[str, tuple[tuple[type, ...], str]] = {
    "nuproducts": ((*_ROUND, Ellipse, PixelEllipse), "a circle, an annulus or an ellipse"),
    "xrtproducts": ((*_ROUND, *_BOXES), "a circle, an annulus or a box"),
}


def task_region_text(region: Region | Shape, plane: TangentPlane | None, task: str) -> str:
    """Give a region as the text of a file that a task reads; what is left out begins with ``-``.

    Parameters
    ----------
    region : Region or Shape
    plane : TangentPlane or None
        How the event file's pixels lie on the sky; without it shapes in pixels are written so.
    task : str
        ``"nuproducts"`` or ``"xrtproducts"``.

    Raises
    ------
    InputError
        If the task is not known, the region has no shape, or nothing but what is left out.
    """
    _check_word(task, TASKS, "task that takes regions")
    region = Region.of(region)
    if all(shape.exclude for shape in region.shapes):
        what = "has only shapes that are left out" if region else "has no shape"
        raise InputError(
            f"Cannot write a region for {task}: it {what}. Draw where the events are to come from."
        )
    region = Region(tuple(with_area(shape, plane) for shape in region.shapes))
    if plane is not None or not any(isinstance(shape, PixelShape) for shape in region.shapes):
        return format_regions(region, "fk5", plane)
    # Without a plane each shape stays in its own frame, which is named before it.
    lines = format_regions(Region(), "fk5").splitlines()[:-1]
    for shape in region.shapes:
        frame = "physical" if isinstance(shape, PixelShape) else "fk5"
        lines += format_regions(shape, frame).splitlines()[-2:]
    return "\n".join(lines) + "\n"


def with_area(shape: Shape, plane: TangentPlane | None) -> Shape:
    """Give a point as the box that is its pixel: CFITSIO wants events to hit a point exactly."""
    if not isinstance(shape, Point | PixelPoint) or (plane is None and isinstance(shape, Point)):
        return shape
    place = to_pixel(shape, plane)
    assert isinstance(place, PixelPoint)  # noqa: S101  a point stays one
    x, y = floor(place.x + 0.5), floor(place.y + 0.5)
    return PixelBox(x, y, PIXEL_SIDE, PIXEL_SIDE, exclude=shape.exclude)


def write_task_region(
    path: str | PathLike[str], region: Region | Shape, plane: TangentPlane | None, task: str
) -> None:
    """Write a region file for a task, over what is there; parameters as of `task_region_text`.

    Raises
    ------
    FileError
        If it cannot be written.
    InputError
        As `task_region_text`.
    """
    save_text(path, task_region_text(region, plane, task), overwrite=True)


def region_warnings(region: Region | Shape, kind: str, task: str) -> tuple[str, ...]:
    """Say what a task will not correct for in a region, a sentence each; nothing if all is well.

    Events are counted in all shapes. The corrections for what lies outside of the region (light
    curve, and effective area of NuSTAR's source) look at less.

    Parameters
    ----------
    region : Region or Shape
    kind : str
        ``"source"`` or ``"background"``.
    task : str
        ``"nuproducts"`` or ``"xrtproducts"``.

    Raises
    ------
    InputError
        If kind or task is not known.

    Examples
    --------
    >>> region_warnings(Circle(ra_deg=10, dec_deg=20, radius_arcsec=30), "source", "nuproducts")
    ()
    """
    _check_word(task, TASKS, "task that takes regions")
    _check_word(kind, KINDS, "kind of region")
    shapes = Region.of(region).shapes
    if not shapes:
        return ()
    known, words = _CORRECTED[task]
    area = task == "nuproducts" and kind == "source"
    what = "the effective area and the light curve" if area else "the light curve"
    said = []
    if shapes[0].exclude:
        said.append(
            f"{task} cannot correct {what}: the {kind} region begins with a shape that is left out."
        )
    elif not isinstance(shapes[0], known):
        name = word_of(shapes[0])
        article = "an" if name[0] in "ae" else "a"
        said.append(
            f"{task} cannot correct {what}: the {kind} region begins with {article} {name}, and"
            f" only {words} can be corrected for."
        )
    if len(shapes) > 1 and not (task == "xrtproducts" and _is_hollow(shapes)):
        said.append(
            f"{task} corrects {what} for the first shape of the {kind} region alone; events are"
            f" counted in all {len(shapes)} shapes, so rates may be off."
        )
    return tuple(said)


def _is_hollow(shapes: tuple[Shape, ...]) -> bool:
    """Say whether it is a circle without a circle or a box without a box, which xrtlccorr knows."""
    if len(shapes) != 2 or not shapes[1].exclude:  # noqa: PLR2004  a pair
        return False
    return any(all(isinstance(shape, kind) for shape in shapes) for kind in (_CIRCLES, _BOXES))


def _check_word(word: str, known: tuple[str, ...], what: str) -> None:
    if word not in known:
        raise InputError(f"There is no {what} named {word!r}. {nearest(word, known)}")
