"""Between the session's regions and what the image view draws: plain numbers in image pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
    binned,
    unbinned,
)
from nuwidgets.domain.region import Region, to_pixel, to_sky

if TYPE_CHECKING:
    from nuwidgets.domain.pixel_shapes import PixelShape
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane

Look = tuple[str, bool, tuple[float, ...]]
_AT = {"x": "x", "y": "y"}
_NUMBERS: dict[str, tuple[type, dict[str, str]]] = {
    "circle": (PixelCircle, {**_AT, "r": "radius"}),
    "annulus": (PixelAnnulus, {**_AT, "r1": "inner", "r2": "outer"}),
    "ellipse": (PixelEllipse, {**_AT, "a": "semi_x", "b": "semi_y", "angle": "angle_deg"}),
    "ellannulus": (
        PixelEllipseAnnulus,
        {
            **_AT,
            "a1": "inner_x",
            "b1": "inner_y",
            "a2": "outer_x",
            "b2": "outer_y",
            "angle": "angle_deg",
        },
    ),
    "box": (PixelBox, {**_AT, "w": "width", "h": "height", "angle": "angle_deg"}),
    "panda": (
        PixelPanda,
        {**_AT, "r1": "inner", "r2": "outer", "start": "start_deg", "stop": "stop_deg"},
    ),
    "point": (PixelPoint, _AT),
}
"""Shapes by the view's name: our class, and the view's numbers with our names for them."""
_NAMES = {kind.__name__.removeprefix("Pixel"): name for name, (kind, _) in _NUMBERS.items()}
_NAMES["Polygon"] = "polygon"


def to_view(
    region: Region, role: str, plane: TangentPlane | None, binning: int = 1
) -> list[dict[str, Any]]:
    """Give what the view draws for a region on an image of `binning` sky pixels per pixel."""
    shapes = (binned(to_pixel(shape, plane), binning) for shape in region.shapes)
    return [
        {"id": f"{role}-{i}", "role": role, "exclude": shape.exclude, **numbers_of(shape)}
        for i, shape in enumerate(shapes)
    ]


def from_view(
    items: list[dict[str, Any]], role: str, plane: TangentPlane | None, binning: int = 1
) -> Region:
    """Give the region of one role that the view shows, on the sky where there is a sky."""
    shapes = [unbinned(_shape(item), binning) for item in items if item["role"] == role]
    return Region(tuple(to_sky(shape, plane) if plane else shape for shape in shapes))


def merged(
    old: Region,
    items: list[dict[str, Any]],
    role: str,
    plane: TangentPlane | None,
    binning: int = 1,
) -> Region:
    """Give the region the view shows; a shape that was not moved is kept to the last digit."""
    kept: dict[Look, list[Shape]] = {}
    for item, shape in zip(to_view(old, role, plane, binning), old.shapes, strict=True):
        kept.setdefault(look_of(item), []).append(shape)
    shapes: list[Shape] = []
    for item in items:
        if item["role"] == role:
            same = kept.get(look_of(item))
            shapes += [same.pop(0)] if same else from_view([item], role, plane, binning).shapes
    return Region(tuple(shapes))


def look_of(item: dict[str, Any]) -> Look:
    """Give kind, exclusion and numbers of what the view draws: equal where it looks the same."""
    if item["shape"] == "polygon":
        numbers = tuple(float(v) for corner in item["pts"] for v in corner)
    else:
        numbers = tuple(float(item.get(key, 0.0)) for key in _NUMBERS[item["shape"]][1])
    return item["shape"], bool(item.get("exclude")), numbers


def kind_of(shape: Shape) -> str:
    """Give the view's name of a shape, on the sky or in pixels.

    Examples
    --------
    >>> kind_of(PixelEllipseAnnulus(0, 0, 1, 2, 3, 4))
    'ellannulus'
    """
    return _NAMES[type(shape).__name__.removeprefix("Pixel")]


def numbers_of(shape: PixelShape) -> dict[str, Any]:
    """Give a shape as the view knows it, with its numbers."""
    if isinstance(shape, PixelPolygon):
        return {"shape": "polygon", "pts": [list(p) for p in zip(shape.x, shape.y, strict=True)]}
    name = kind_of(shape)
    return {"shape": name, **{k: getattr(shape, own) for k, own in _NUMBERS[name][1].items()}}


def _shape(item: dict[str, Any]) -> PixelShape:
    exclude = bool(item.get("exclude"))
    if item["shape"] == "polygon":
        x, y = zip(*item["pts"], strict=True)
        return PixelPolygon(tuple(x), tuple(y), exclude)
    kind: Any
    kind, numbers = _NUMBERS[item["shape"]]
    given = {own: float(item.get(k, 0.0)) for k, own in numbers.items()}
    shape: PixelShape = kind(**given, exclude=exclude)
    return shape
