"""Files that are on this machine already: a mounted archive, or a copy of it."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.archive.paths import safe_path
from nuwidgets.archive.remote import Body
from nuwidgets.domain.archive_file import ArchiveFile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import IO

BLOCK = 8 << 20


class LocalRemote:
    """Folders of this machine."""

    local = True

    async def list(self, root: str) -> tuple[ArchiveFile, ...]:
        """Give all files below a folder; () if there is none."""
        return await asyncio.to_thread(_listed, root)

    @asynccontextmanager
    async def read(self, url: str, start: int, version: str) -> AsyncIterator[Body]:
        """Open a file at a byte, if it still has this version, else at its beginning."""
        with await asyncio.to_thread(Path(url).open, "rb") as stream:
            facts = os.fstat(stream.fileno())
            begin = start if version in ("", _version(facts)) else 0
            stream.seek(begin)
            yield Body(begin, facts.st_size, _blocks(stream))

    async def close(self) -> None:
        """Do nothing: nothing is held."""


def _listed(root: str) -> tuple[ArchiveFile, ...]:
    import fsspec

    home = Path(root)
    system = fsspec.filesystem("file")
    if not home.is_dir():
        return ()
    found = []
    for path in system.find(str(home)):
        below = Path(path).relative_to(home).as_posix()
        if safe_path(below):
            facts = Path(path).stat()
            found.append(ArchiveFile(below, facts.st_size, _version(facts)))
    return tuple(sorted(found, key=lambda file: file.path))


def _version(facts: os.stat_result) -> str:
    return f"{facts.st_mtime_ns:d}"


async def _blocks(stream: IO[bytes]) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(stream.read, BLOCK):
        yield block
