"""The manifest beside downloaded data: what, from where, when, size, checksum; a line for each.

Lines are only added, so that a process that is killed leaves at most a torn last one, which is
passed over. The last line about a file counts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import IO, TYPE_CHECKING, Any, Self

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "nuwidgets-manifest.jsonl"
"""Name of the file, in the folder of each observation."""


@dataclass(frozen=True)
class Entry:
    """A file that is here whole, or was begun."""

    path: str
    """Path in the observation's folder, with ``/`` between."""
    url: str
    """Where it came from."""
    when_utc: str
    """When it was done, or begun."""
    size_bytes: int | None
    """Its size, bytes."""
    version: str = ""
    """What the host changes when the file changes."""
    sha256: str = ""
    """Checksum; empty for a file that was begun or is linked."""
    mtime_ns: int = 0
    """When it was changed last on this disk, ns."""
    state: str = "whole"
    """``"whole"``, ``"linked"`` or ``"begun"``."""
    remark: str = ""
    """What a check found that is no fault."""


_FIELDS = {field.name for field in fields(Entry)}


class DownloadLog:
    """The manifest of one observation's folder.

    Parameters
    ----------
    folder : Path
        The folder; made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.entries: dict[str, Entry] = _read(self.path)
        """The last line about each file, by path."""
        self._stream: IO[str] | None = None

    def whole(self, path: str) -> Entry | None:
        """Give the line of a file that is whole, or linked, as it was written."""
        entry = self.entries.get(path)
        return entry if entry is not None and entry.state != "begun" else None

    def begun(self, path: str) -> Entry | None:
        """Give the line of a file that was begun and not ended."""
        entry = self.entries.get(path)
        return entry if entry is not None and entry.state == "begun" else None

    def add(self, entry: Entry) -> None:
        """Write a line.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self.entries[entry.path] = entry
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torn = self.path.exists() and not _ends_well(self.path)
            self._stream = self.path.open("a", encoding="utf-8")
            if torn:
                self._stream.write("\n")
        self._stream.write(json.dumps(asdict(entry)) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Let the file go."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ends_well(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(0, 2)
        if stream.tell() == 0:
            return True
        stream.seek(-1, 2)
        return stream.read() == b"\n"


def _read(path: Path) -> dict[str, Entry]:
    """Read what can be read; a line that is none is passed over.

    Raises
    ------
    FileError
        If it is there and cannot be read at all.
    """
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise FileError(f"Cannot read the manifest {str(path)!r}: {error}.") from error
    found: dict[str, Entry] = {}
    for line in text.splitlines():
        entry = _entry(line)
        if entry is not None:
            found[entry.path] = entry
    return found


def _entry(line: str) -> Entry | None:
    try:
        plain: Mapping[str, Any] = json.loads(line)
        entry = Entry(**{name: value for name, value in plain.items() if name in _FIELDS})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts = (entry.path, entry.url, entry.version, entry.sha256, entry.state, entry.remark)
    numbers = (entry.size_bytes or 0, entry.mtime_ns)
    good = all(isinstance(t, str) for t in texts) and all(isinstance(n, int) for n in numbers)
    return entry if good else None
