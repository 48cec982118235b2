"""Files that were moved, looked for below a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 200_000
"""So many files are looked at."""


def find(missing: Iterable[str], folder: str | Path) -> dict[str, str]:
    """Give the new path of each missing file that is found; the longest common end wins.

    Raises
    ------
    FileError
        If there is no such folder, or it holds too many files.
    """
    home = Path(folder).expanduser().absolute()
    if not home.is_dir():
        raise FileError(f"Cannot look for files in {str(folder)!r}: it is no folder. Name one.")
    wanted = {Path(path).name for path in missing}
    places: dict[str, list[Path]] = {name: [] for name in wanted}
    count = 0
    for where, _folders, names in os.walk(home):
        count += len(names)
        if count > LIMIT:
            raise FileError(
                f"Cannot look for files in {str(folder)!r}: it holds more than {LIMIT}. Name a"
                " folder nearer to the files."
            )
        for name in wanted.intersection(names):
            places[name].append(Path(where) / name)
    found = {}
    for path in missing:
        at = max(places[Path(path).name], key=lambda place: _common(place, path), default=None)
        if at is not None:
            found[path] = str(at)
    return found


def _common(place: Path, path: str) -> int:
    """Count the last parts that two paths share."""
    pairs = zip(reversed(place.parts), reversed(Path(path).parts), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), len(place.parts))
