"""Whether files are still those that were read: their times and sizes, looked up seldom."""

from __future__ import annotations

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

    def of(self, *paths: str) -> tuple[Stamp, ...]:
        """Give the stamp of each file."""
        return tuple(self[path] for path in paths)
