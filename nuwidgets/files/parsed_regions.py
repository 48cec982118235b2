"""What a region file says: shapes, what they are called, and what could not be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.domain.region import Region
from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.region import Shape


@dataclass(frozen=True)
class ParsedRegions:
    """What a region text says."""

    region: Region
    """The shapes that can be used, in their order."""
    unsupported: tuple[str, ...] = ()
    """A sentence for everything that was left out."""
    frame: str = ""
    """Coordinates the text names last, e.g. ``"fk5"``; empty where it names none."""
    marks: tuple[str, ...] = ()
    """What each shape is called: ``"background"``, a name, or nothing."""

    tables: tuple[tuple[str, Region], ...] = ()
    """Name and region of each FITS table; empty for a text."""

    @property
    def named(self) -> dict[str, Region]:
        """The shapes by what they are called; of those without a mark, includes are the source.

        An exclude without a mark takes away from all that stand before it, as in DS9.
        """
        if self.tables:
            return dict(self.tables)
        stacks: dict[str, list[Shape]] = {}
        marks = self.marks or ("",) * len(self.region.shapes)
        for shape, mark in zip(self.region.shapes, marks, strict=True):
            for_all = shape.exclude and not mark and stacks
            for name in list(stacks) if for_all else [mark or "source"]:
                stacks.setdefault(name, []).append(shape)
        return {name: Region(tuple(shapes)) for name, shapes in stacks.items()}

    def check(self, path: str | PathLike[str]) -> None:
        """Refuse what has no shape that can be used.

        Raises
        ------
        FileError
            If there is none.
        """
        if not self.region:
            why = " ".join(self.unsupported) or "It has no shape at all."
            raise FileError(
                f"There is no usable region in {str(path)!r}. {why} Give circles, annuli,"
                " ellipses, boxes, polygons, pandas or points."
            )
