"""A folder of simulated files that is made once, whole or not at all; anew when damaged."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def make_folder(home: Path, build: Callable[[Path], None], is_whole: Callable[[], bool]) -> None:
    """Build in a folder beside, then move it into place.

    Parameters
    ----------
    home : Path
        The folder; what is there and is not whole is replaced.
    build : callable
        Makes the folder it is given, and all in it.
    is_whole : callable
        Whether `home` is whole: somebody else may have built it meanwhile.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
    try:
        build(building / "new")
        if not is_whole():
            if home.exists():
                home.rename(building / "old")
            (building / "new").rename(home)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def files_in(home: Path) -> list[str]:
    """Give the names of all files in a folder and below, sorted."""
    return sorted(p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file())


def sums_of(home: Path, names: Iterable[Any]) -> dict[str, int]:
    """Give the check sum of each file."""
    return {name: zlib.crc32((home / name).read_bytes()) for name in names}
