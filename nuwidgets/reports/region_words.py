"""Regions in words for a sentence, and in DS9's language for a table."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.region import SkyShape, word_of
from nuwidgets.files.regions import format_regions
from nuwidgets.reports.wording import joined

if TYPE_CHECKING:
    from nuwidgets.domain.region import Region, Shape

_SIZES = {
    "radius": "radius",
    "inner": "inner radius",
    "outer": "outer radius",
    "semi_x": "half axis along x",
    "semi_y": "half axis along y",
    "width": "width",
    "height": "height",
    "inner_x": "inner half axis along x",
    "inner_y": "inner half axis along y",
    "outer_x": "outer half axis along x",
    "outer_y": "outer half axis along y",
}


def ds9_text(region: Region) -> str:
    """Give a region in DS9's language as one line; empty for none."""
    if not region.shapes:
        return ""
    on_sky = all(isinstance(shape, SkyShape) for shape in region.shapes)
    frame = "fk5" if on_sky else "physical"
    same = on_sky or not any(isinstance(shape, SkyShape) for shape in region.shapes)
    if not same:
        return region_words(region)
    lines = format_regions(region, frame).splitlines()
    return "; ".join(line for line in lines if not line.startswith(("#", "global")))


def region_words(region: Region, *, centre: bool = True) -> str:
    """Give a region in words, e.g. ``"a circle of radius 150 arcsec at ..."``.

    Parameters
    ----------
    region : Region
        The region.
    centre : bool
        Whether positions are said.
    """
    return joined(_shape_words(shape, centre=centre) for shape in region.shapes)


def _shape_words(shape: Shape, *, centre: bool) -> str:
    kind = word_of(shape)
    unit = " arcsec" if isinstance(shape, SkyShape) else " pixels"
    values: dict[str, Any] = {field.name: getattr(shape, field.name) for field in fields(shape)}
    sizes = [
        f"{words} {values[name]:.6g}{unit}"
        for key, words in _SIZES.items()
        for name in (key, f"{key}_arcsec")
        if name in values
    ]
    angle = values.get("angle_deg")
    sizes += [f"angle {angle:.6g} deg"] if angle else []
    if "start_deg" in values:
        sizes.append(f"angles {values['start_deg']:.6g} to {values['stop_deg']:.6g} deg")
    article = "an" if kind[0] in "ae" else "a"
    said = f"{article} {kind}" + (f" of {joined(sizes)}" if sizes else "")
    said += f" with {len(shape_x(shape))} corners" if kind == "polygon" else ""
    said += f" {_place(shape, values)}" if centre and kind != "polygon" else ""
    return f"{said} (excluded)" if values["exclude"] else said


def shape_x(shape: Any) -> tuple[float, ...]:
    """Give the first coordinates of a polygon's corners."""
    corners: tuple[float, ...] = shape.ra_deg if hasattr(shape, "ra_deg") else shape.x
    return corners


def _place(shape: Shape, values: dict[str, Any]) -> str:
    if isinstance(shape, SkyShape):
        return f"at RA {values['ra_deg']:.5f} deg, Dec {values['dec_deg']:.5f} deg (J2000)"
    return f"at sky pixel ({values['x'] + 1:.1f}, {values['y'] + 1:.1f})"
