"""Files of an observation by name, plain or packed, in the places where they may lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from os import PathLike

AGAIN = "Download all that reprocessing needs, or run the pipeline for it."
"""What to do where files are missing."""


def candidates(folder: Path, pattern: str, places: tuple[str, ...]) -> list[Path]:
    """Give the files of a name, plain or ``.gz``, in the first place that has one."""
    for place in places:
        up = place.startswith("../")
        home = folder.parent / place[3:] if up else folder / place
        found = sorted((*home.glob(pattern), *home.glob(f"{pattern}.gz")))
        if found:
            return found
    return []


def check_once(files: list[Path]) -> None:
    """Refuse what is there both plain and packed: HEASoft's pipelines stop there.

    Raises
    ------
    FileError
        If one is.
    """
    names = {str(file) for file in files}
    for name in sorted(names):
        if f"{name}.gz" in names:
            raise FileError(
                f"Cannot tell which file is meant: {name!r} is there plain and as .gz, and"
                " HEASoft's tasks refuse that. Take one of them away."
            )


def single(folder: Path, pattern: str, places: tuple[str, ...]) -> str:
    """Give the one file of a name; empty where there is none.

    Raises
    ------
    FileError
        If it is there both plain and packed.
    """
    found = candidates(folder, pattern, places)
    check_once(found)
    return str(found[0]) if found else ""


def home_of(folder: str | PathLike[str]) -> Path:
    """Give a folder as a whole path.

    Raises
    ------
    FileError
        If there is no such folder.
    """
    home = Path(folder).expanduser().absolute()
    if not home.is_dir():
        raise FileError(
            f"There is no folder {str(folder)!r}. Name the folder of an observation's files."
        )
    return home
