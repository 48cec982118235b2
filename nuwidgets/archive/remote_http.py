"""Files behind a web server: listed by its index pages, read with range requests."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from urllib.request import getproxies

from nuwidgets.archive.paths import safe_path
from nuwidgets.archive.patience import patiently
from nuwidgets.archive.remote import CHUNK, Body
from nuwidgets.domain.archive_file import ArchiveFile
from nuwidgets.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASKED_AT_ONCE = 16
"""So many sizes are asked for at the same time."""
CONNECT_S, SILENCE_S = 15.0, 60.0
"""Longest waits for a connection, and for the next bytes, s."""
DEPTH = 8
"""Folders in folders are looked into so far."""
PARTIAL, OK = 206, 200
UNKNOWN = (404, 405, 410, 501)
"""There is no such file, or the host does not tell sizes without sending it."""


class HttpRemote:
    """A web server."""

    local = False

    def __init__(self) -> None:
        self._fs: Any = None
        self._few = asyncio.Semaphore(ASKED_AT_ONCE)

    async def _system(self) -> Any:
        if self._fs is None:
            import aiohttp
            import fsspec

            limits = aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_read=SILENCE_S)
            self._fs = fsspec.filesystem(
                "http",
                asynchronous=True,
                simple_links=False,
                skip_instance_cache=True,
                client_kwargs={
                    "timeout": limits,
                    "trust_env": bool(getproxies()),  # reads .netrc for every file, too
                    "read_bufsize": CHUNK,
                    "auto_decompress": False,  # a .gz stays one, whatever the headers say of it
                    "headers": {"Accept-Encoding": "identity"},
                },
            )
        return self._fs

    async def list(self, root: str) -> tuple[ArchiveFile, ...]:
        """Give all files below a folder, with the sizes that HEAD tells; () if there is none."""
        paths = await self._walk(root.rstrip("/") + "/", "", DEPTH)
        files = await asyncio.gather(*(self._asked(root, path) for path in sorted(set(paths))))
        return tuple(files)

    async def _walk(self, root: str, below: str, depth: int) -> tuple[str, ...]:
        system = await self._system()
        home = root + quote(below)
        try:
            async with self._few:
                names = await patiently(lambda: system._ls(home, detail=False))  # noqa: SLF001
        except FileNotFoundError:
            return ()
        found: tuple[str, ...] = ()
        for name in names:
            rest: str = unquote(re.sub(r"[?#].*", "", name.removeprefix(home)))
            path = below + rest
            inside = rest and name.startswith(home)  # not what sorts the page anew
            if not inside or not safe_path(path.removesuffix("/")):
                continue
            if not path.endswith("/"):
                found += (path,)
            elif depth > 0:
                found += await self._walk(root, path, depth - 1)
        return found

    async def _asked(self, root: str, path: str) -> ArchiveFile:
        """Ask for size and version; a file that is not there is left to the download to say."""
        system = await self._system()
        url = system.encode_url(quoted(f"{root.rstrip('/')}/{path}"))

        async def head() -> ArchiveFile:
            session = await system.set_session()
            async with session.head(url, allow_redirects=True) as answer:
                if answer.status in UNKNOWN:
                    return ArchiveFile(path)
                answer.raise_for_status()
                return ArchiveFile(path, _length(answer, path), _version(answer))

        async with self._few:
            return await patiently(head)

    @asynccontextmanager
    async def read(self, url: str, start: int, version: str) -> AsyncIterator[Body]:
        """Open a file at a byte, if it still has this version, else at its beginning."""
        system = await self._system()
        session = await system.set_session()
        wanted = {"Range": f"bytes={start}-"} if start else {}
        if start and version and not version.startswith("W/"):
            wanted["If-Range"] = version
        async with session.get(system.encode_url(quoted(url)), headers=wanted) as answer:
            if answer.status not in (OK, PARTIAL):
                answer.raise_for_status()
                raise ServiceError(f"{answer.status} {answer.reason}")
            yield Body(*_extent(answer, start), answer.content.iter_chunked(CHUNK))

    async def close(self) -> None:
        """Let connections go."""
        if self._fs is not None and self._fs._session is not None:  # noqa: SLF001  no other way
            await self._fs._session.close()  # noqa: SLF001
        self._fs = None


def _length(answer: Any, path: str) -> int | None:
    """Give the size of a file; None where the host packs it for the way, or does not say."""
    length = answer.headers.get("Content-Length", "")
    packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    packed = packed and not path.endswith(".gz")  # which some call packed as well
    return int(length) if length.isdigit() and not packed else None


def _version(answer: Any) -> str:
    return str(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")


def quoted(url: str) -> str:
    """Give an address whose path is quoted once."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + quote(rest, safe="/:@[]%")


def _extent(answer: Any, start: int) -> tuple[int, int | None]:
    """Give the first byte of an answer, and the size of the whole file."""
    length = answer.headers.get("Content-Length", "")
    if answer.status == PARTIAL:
        found = re.fullmatch(r"bytes (\d+)-\d*/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if not found or int(found[1]) != start:
            raise ServiceError(f"it sent another part than that from byte {start} on")
        return start, None if found[2] == "*" else int(found[2])
    return 0, int(length) if length.isdigit() else None
