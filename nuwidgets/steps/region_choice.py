"""Which region: a setting that several steps have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.named_regions import ROLES
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.region import Region
    from nuwidgets.steps.regions import RegionsStep


def as_region_name(value: Any) -> str:
    """Take the name of a region, spaces as those of `NamedRegions`.

    Raises
    ------
    InputError
        If it is no text, or empty.
    """
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not name:
        raise InputError(
            f"Cannot use {value!r} as the name of a region. Give 'source', 'background', or the"
            " name of another region."
        )
    return name


def area_of(regions: RegionsStep, name: str) -> Region | None:
    """Give a region beside source and background by its name; None where there is none."""
    return None if name in ROLES or name not in regions.named else regions.named[name]


def put_area(regions: RegionsStep, name: str, area: Region | None) -> None:
    """Bring back a named region that a request was made from."""
    if area is not None and name not in ROLES:
        regions.put(name, area)
