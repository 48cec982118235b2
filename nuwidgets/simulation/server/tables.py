"""What a small archive holds: catalogues with their rows, and the folder of each row's files.

Plain values, so that a simulated archive and the server that shows it need not know each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Datatype = Literal["char", "double", "int", "long"]
Cell = str | float | int | None
ROW_COLUMN = "__row"
"""Name of the column that identifies a row to datalink; every table has it."""


@dataclass(frozen=True)
class ArchiveColumn:
    """One column of a catalogue."""

    name: str
    """Name, lower case, as in queries."""
    datatype: Datatype = "char"
    """Type of its cells; what looks like a number but is a name (ObsIDs) is ``"char"``."""
    unit: str = ""
    """Unit as VOTables write it, e.g. ``"deg"``, ``"s"``, ``"d"``; empty if none."""
    description: str = ""
    """What it is, in words."""


@dataclass(frozen=True)
class ArchiveTable:
    """One catalogue of the archive."""

    name: str
    """Name, lower case, e.g. ``"numaster"``."""
    description: str
    """What it lists, in words; clients search in it."""
    columns: tuple[ArchiveColumn, ...]
    """All columns; one of them is ``__row``, char."""
    rows: tuple[tuple[Cell, ...], ...]
    """The rows, each in the order of the columns; None is null."""
    default_radius_arcmin: float
    """Radius of a cone search when nobody chooses one, arcmin."""
    default_columns: tuple[str, ...]
    """Names of the columns shown when nobody chooses, in order, without ``__row``."""


@dataclass(frozen=True)
class Late:
    """A part of the archive's files that is made when it is first asked for."""

    under: str
    """How its paths begin, as ``"/FTP/swift/"``."""
    root: Callable[[], Path]
    """Gives a folder with a subfolder ``FTP`` that holds them; may take seconds."""


@dataclass(frozen=True)
class ArchiveContent:
    """Everything that an archive shows."""

    root: Path
    """Folder with a subfolder ``FTP`` laid out as HEASARC's."""
    tables: tuple[ArchiveTable, ...]
    """The catalogues."""
    folders: dict[str, str]
    """``__row`` of each row and its folder below `root`, as
    ``"/FTP/nustar/data/obs/01/6/60001110002/"``; empty where there are no data."""
    late: tuple[Late, ...] = ()
    """Parts that lie in folders of their own."""

    def root_of(self, path: str) -> Path:
        """Give the folder that holds the files of a path, ``"/FTP/..."``; it may be made first."""
        there = "/" + path.lstrip("/")
        late = (part for part in self.late if there.startswith(part.under))
        return next((part.root() for part in late), self.root)
