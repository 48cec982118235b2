"""Whether files are still those that were read: their times and sizes, looked up seldom."""

from __future__ import annotations

import contextlib
import stat
import zlib
from pathlib import Path

Stamp = tuple[int, ...]


class Stamps(dict[str, Stamp]):
    """Time of change, ns, and size, bytes, of files by path; empty for one that is not there.

    A file is looked at once and again after `clear()`: requests are asked for at every move of a
    slider, and a file may lie on a slow disk.
    """

    def __missing__(self, path: str) -> Stamp:
        """Look at a file for the first time."""
        try:
            found = Path(path).stat() if path else None
        except (OSError, ValueError):
            found = None  # reading it says why
        self[path] = stamp = (found.st_mtime_ns, found.st_size) if found else ()
        return stamp

    def within(self, folder: str) -> Stamp:
        """Give one stamp of all files in a folder: number, bytes, newest change, checksum of all.

        It is looked up once, and again after `clear()`.
        """
        key = f"{folder}/**"
        if key not in self:
            self[key] = _within(Path(folder))
        return self[key]

    def of(self, *paths: str) -> tuple[Stamp, ...]:
        """Give the stamp of each file."""
        return tuple(self[path] for path in paths)


def _within(folder: Path) -> Stamp:
    found: list[tuple[str, int, int]] = []
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            seen = path.stat()
            if stat.S_ISREG(seen.st_mode):
                found.append((str(path.relative_to(folder)), seen.st_mtime_ns, seen.st_size))
    found.sort()
    size, newest = sum(one[2] for one in found), max((one[1] for one in found), default=0)
    return (len(found), size, newest, zlib.crc32(repr(found).encode())) if found else ()
