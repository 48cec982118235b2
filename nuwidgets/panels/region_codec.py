"""Between the session's regions and what the image view draws: plain numbers in image pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
    PixelShape,
    binned,
    unbinned,
)
from nuwidgets.domain.region import Region, to_pixel, to_sky

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane


def to_view(
    region: Region, role: str, plane: TangentPlane | None, binning: int = 1
) -> list[dict[str, Any]]:
    """Give what the view draws for a region on an image of `binning` sky pixels per pixel."""
    shapes = (binned(to_pixel(shape, plane), binning) for shape in region.shapes)
    return [
        {"id": f"{role}-{i}", "role": role, "exclude": shape.exclude, **_numbers(shape)}
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
    known = {item["id"]: item for item in to_view(old, role, plane, binning)}
    kept = dict(zip(known, old.shapes, strict=True))
    shapes: list[Shape] = []
    for item in items:
        if item["role"] != role:
            continue
        before = known.get(item["id"])
        same = before is not None and all(item.get(k) == v for k, v in before.items())
        moved = () if same else from_view([item], role, plane, binning).shapes
        shapes += [kept[item["id"]]] if same else moved
    return Region(tuple(shapes))


def _numbers(shape: PixelShape) -> dict[str, Any]:
    if isinstance(shape, PixelCircle):
        return {"shape": "circle", "x": shape.x, "y": shape.y, "r": shape.radius}
    if isinstance(shape, PixelAnnulus):
        radii = {"r1": shape.inner, "r2": shape.outer}
        return {"shape": "annulus", "x": shape.x, "y": shape.y, **radii}
    if isinstance(shape, PixelEllipse):
        axes = {"a": shape.semi_x, "b": shape.semi_y, "angle": shape.angle_deg}
        return {"shape": "ellipse", "x": shape.x, "y": shape.y, **axes}
    if isinstance(shape, PixelBox):
        sides = {"w": shape.width, "h": shape.height, "angle": shape.angle_deg}
        return {"shape": "box", "x": shape.x, "y": shape.y, **sides}
    corners = [list(corner) for corner in zip(shape.x, shape.y, strict=True)]
    return {"shape": "polygon", "pts": corners}


def _shape(item: dict[str, Any]) -> PixelShape:
    kind, exclude = item["shape"], bool(item.get("exclude"))
    if kind == "polygon":
        x, y = zip(*item["pts"], strict=True)
        return PixelPolygon(tuple(x), tuple(y), exclude)
    at = item["x"], item["y"]
    if kind == "circle":
        return PixelCircle(*at, item["r"], exclude)
    if kind == "annulus":
        return PixelAnnulus(*at, item["r1"], item["r2"], exclude)
    angle = float(item.get("angle", 0.0))
    if kind == "ellipse":
        return PixelEllipse(*at, item["a"], item["b"], angle, exclude)
    return PixelBox(*at, item["w"], item["h"], angle, exclude)
