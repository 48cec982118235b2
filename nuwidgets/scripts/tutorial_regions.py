"""Regions as files that nuproducts reads, their text embedded in the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.domain.region import Region
from nuwidgets.files.regions import format_regions
from nuwidgets.files.task_regions import region_warnings, with_area
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.missions.swift import SWIFT
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import Each, alike, why

if TYPE_CHECKING:
    from collections.abc import Hashable

    from nuwidgets.scripts.tutorial_data import Observed


def regions_section(datasets: tuple[Observed, ...]) -> Section:
    """Give the region files, their text embedded; the same text is written once."""
    lines = ['os.makedirs("regions", exist_ok=True)']
    for group in alike(datasets, _regions):
        for kind in ("source", "background"):
            lines += _region_file(group, kind)
    words = (
        "Where the source and its background are, in DS9's language. Lines that begin with a minus"
        " are left out."
    )
    return Section("Regions", words, tuple(lines))


def _regions(one: Observed) -> Hashable:
    said = tuple(one.record.steps["regions"].notes.items())
    both = (_region_text(one, "source"), _region_text(one, "background"))
    return (*both, said, one.is_swift)


def _region_file(group: tuple[Observed, ...], kind: str) -> tuple[str, ...]:
    one = group[0]
    region = region_of(one, kind)
    notes = why(*(other.record.steps["regions"] for other in group)) if kind == "source" else ()
    if not region:
        names = ", ".join(other.record.name for other in group)
        return (*notes, *comment(f"{names}: no {kind} region was chosen."))
    each = Each(other.row for other in group)
    file = each(f"regions/{{stem}}_{_short(kind)}.reg").code
    body = (
        f'{each.indent}with open({file}, "w") as file:',
        f"{each.indent}    file.write({kind})",
    )
    task = (SWIFT if one.is_swift else NUSTAR).products
    return (
        *notes,
        *(line for text in region_warnings(region, kind, task) for line in comment(text)),
        f'{kind} = """\\',
        *_region_text(one, kind).splitlines(),
        '"""',
        *each.lines(body),
    )


def _short(kind: str) -> str:
    return {"source": "src", "background": "bkg"}[kind]


def region_of(one: Observed, kind: str) -> Region:
    """Give the source or the background region; empty where there is none."""
    return Region.of(one.setting("regions", kind))


def _region_text(one: Observed, kind: str) -> str:
    """Give a region file's text: on the sky, or in the event file's pixels if it must be."""
    events = one.record.steps["events"].product
    plane = getattr(events, "plane", None)
    region = Region(tuple(with_area(shape, plane) for shape in region_of(one, kind).shapes))
    in_pixels = any(isinstance(shape, PixelShape) for shape in region.shapes)
    if plane is not None or not in_pixels:
        return format_regions(region, "fk5", plane)
    head, *rest = format_regions(Region(), "fk5").splitlines()
    lines = [head, *rest[:-1]]
    for shape in region.shapes:
        frame = "physical" if isinstance(shape, PixelShape) else "fk5"
        lines += format_regions(shape, frame).splitlines()[-2:]
    return "\n".join(lines) + "\n"
