"""Tables as files: CSV, or ECSV with units, words and notes, by the ending."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.files.atomic import save_text

if TYPE_CHECKING:
    from os import PathLike

    from astropy.table import Table

WRITTEN = {".csv": "ascii.csv", ".ecsv": "ascii.ecsv"}
"""Endings of files that a table is written to, and astropy's name of their format."""


def write_table(table: Table, path: str | PathLike[str], *, overwrite: bool = False) -> Path:
    """Write a table as ``.csv`` or ``.ecsv``, by the ending; gives its path.

    Raises
    ------
    InputError
        Another ending.
    FileError
        The file exists and is not to be overwritten, or cannot be written.
    """
    target = Path(path).expanduser()
    kind = WRITTEN.get(target.suffix.lower())
    if kind is None:
        raise InputError(
            f"Cannot write the table {str(target)!r}: its ending {target.suffix!r} is no known"
            f" format. {nearest(target.suffix.lower(), WRITTEN)}"
        )
    save_text(target, table_text(table, kind), overwrite=overwrite)
    return target


def table_text(table: Table, kind: str = "ascii.ecsv") -> str:
    """Give a table as text in one of astropy's formats."""
    drawn = io.StringIO()
    how = {"delimiter": ","} if kind == "ascii.ecsv" else {}
    table.write(drawn, format=kind, **how)
    return drawn.getvalue()
