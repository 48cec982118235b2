"""Hosts of files as one thing: list what is in a folder, and read a file from some byte on.

The file systems are fsspec's; all runs on fsspec's own event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from nuwidgets.domain.archive_file import ArchiveFile

CHUNK = 4 << 20
"""At most so many bytes are taken from the network at once."""


@dataclass(frozen=True)
class Body:
    """A file that is being read."""

    start: int
    """The byte it begins with: that asked for, or 0 where the host cannot do that."""
    size_bytes: int | None
    """Size of the whole file; None where the host does not say."""
    chunks: AsyncIterator[bytes]
    """What follows."""


class Remote(Protocol):
    """A host."""

    local: bool
    """Whether its files are on this machine already."""

    async def list(self, root: str) -> tuple[ArchiveFile, ...]:
        """Give all files below a folder; () if there is no such folder.

        Raises
        ------
        OSError
            If the host does not answer.
        """

    def read(self, url: str, start: int, version: str) -> AbstractAsyncContextManager[Body]:
        """Open a file at a byte, if it still has this version, else at its beginning."""

    async def close(self) -> None:
        """Let connections go."""
