"""Send files and tars from the archive: parts of files too, and no faster than a rate.

The rate is one for all transfers together, as that of a network is.
"""

from __future__ import annotations

import asyncio
import tarfile
import time
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from aiohttp import web

_CHUNK_BYTES = 65_536
_CHUNKS_PER_S = 20
_TAR_BLOCK_BYTES, _TAR_RECORD_BYTES = 512, 10_240
_TYPES = {".gz": "application/x-gzip", ".txt": "text/plain", ".html": "text/html"}


class Throttle:
    """A rate that all transfers share.

    Parameters
    ----------
    rate_bytes_per_s : float, optional
        Bytes per second of all transfers together; no limit unless given.
    """

    def __init__(self, rate_bytes_per_s: float | None = None) -> None:
        self.rate_bytes_per_s = rate_bytes_per_s
        self._free_at_s = 0.0

    @property
    def chunk_bytes(self) -> int:
        """Bytes that are sent at once: few, where the rate is low, so that it is a steady one."""
        if self.rate_bytes_per_s is None:
            return 4 * _CHUNK_BYTES
        return max(1, min(_CHUNK_BYTES, int(self.rate_bytes_per_s / _CHUNKS_PER_S)))

    async def wait(self, size_bytes: int) -> None:
        """Wait until so many bytes may be sent, after those of the others."""
        if self.rate_bytes_per_s is None:
            return
        now_s = time.monotonic()
        self._free_at_s = max(now_s, self._free_at_s) + size_bytes / self.rate_bytes_per_s
        await asyncio.sleep(self._free_at_s - now_s)


async def send_file(request: web.Request, path: Path, throttle: Throttle) -> web.StreamResponse:
    """Send a file, or the part of it that is asked for."""
    from aiohttp import web

    kind = _TYPES.get(path.suffix, "application/octet-stream")
    # aiohttp sends a packed sibling instead of a file, and takes no ETag in If-Range; ours do not.
    is_plain = "If-Range" not in request.headers and not path.with_name(f"{path.name}.gz").exists()
    if throttle.rate_bytes_per_s is None and is_plain:
        return web.FileResponse(path, headers={"Content-Type": kind})
    return await _send_slowly(request, path, kind, throttle)


async def _send_slowly(
    request: web.Request, path: Path, kind: str, throttle: Throttle
) -> web.StreamResponse:
    """Send a file piece by piece, with the headers that the quick way sends too."""
    from aiohttp import web

    stat = await asyncio.to_thread(path.stat)
    etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
    if any(known.value in (etag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{etag}"'})
    part = _part_of(request, stat, etag)
    if part.start >= part.stop and stat.st_size:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    response = web.StreamResponse(headers={"Accept-Ranges": "bytes", "Content-Type": kind})
    response.etag, response.last_modified = etag, stat.st_mtime
    response.content_length = len(part)
    if "Range" in request.headers and _is_unchanged(request, stat, etag):
        response.set_status(206)
        span = f"bytes {part.start}-{part.stop - 1}/{stat.st_size}"
        response.headers["Content-Range"] = span
    await response.prepare(request)
    if request.method != "HEAD":
        with await asyncio.to_thread(path.open, "rb") as file:
            await asyncio.to_thread(file.seek, part.start)
            await _copy(file, len(part), response, throttle)
        await response.write_eof()
    return response


def _part_of(request: web.Request, stat: os.stat_result, etag: str) -> range:
    """Give the bytes that are asked for; an empty range if there are none such."""
    if "Range" not in request.headers or not _is_unchanged(request, stat, etag):
        return range(stat.st_size)
    try:
        wanted: slice = request.http_range
    except ValueError:
        return range(0)
    return range(stat.st_size)[wanted]


def _is_unchanged(request: web.Request, stat: os.stat_result, etag: str) -> bool:
    """Say whether the file still is the one that a part is wanted of (If-Range)."""
    known: str | None = request.headers.get("If-Range")
    date: datetime | None = request.if_range
    if date is not None:
        return int(stat.st_mtime) <= date.timestamp()
    return known is None or known == f'"{etag}"'


async def _copy(
    file: BinaryIO, size_bytes: int, response: web.StreamResponse, throttle: Throttle
) -> None:
    """Send so many bytes of a file; nulls for those that it does not have any more."""
    while size_bytes > 0:
        wanted = min(size_bytes, throttle.chunk_bytes)
        chunk = await asyncio.to_thread(file.read, wanted)
        await throttle.wait(wanted)
        await response.write(chunk.ljust(wanted, b"\0"))
        size_bytes -= wanted


async def send_tar(
    request: web.Request, members: Sequence[tuple[str, Path]], throttle: Throttle
) -> web.StreamResponse:
    """Send files as a tar, not compressed, as they are read.

    Parameters
    ----------
    request : aiohttp.web.Request
        What is answered.
    members : sequence of (str, Path)
        Name of each file in the tar, and where it is.
    throttle : Throttle
        The rate.
    """
    from aiohttp import web

    response = web.StreamResponse(headers={"Content-Type": "application/x-tar"})
    await response.prepare(request)
    sent = 0
    for name, path in members:
        head, size_bytes = await asyncio.to_thread(_head_of, name, path)
        await response.write(head)
        with await asyncio.to_thread(path.open, "rb") as file:
            await _copy(file, size_bytes, response, throttle)
        rest = -size_bytes % _TAR_BLOCK_BYTES
        await response.write(bytes(rest))
        sent += len(head) + size_bytes + rest
    end = 2 * _TAR_BLOCK_BYTES
    await response.write(bytes(end + -(sent + end) % _TAR_RECORD_BYTES))
    await response.write_eof()
    return response


def _head_of(name: str, path: Path) -> tuple[bytes, int]:
    """Give the head of a file in a tar, and the file's size, bytes."""
    stat = path.stat()
    info = tarfile.TarInfo(name)
    info.size, info.mtime = stat.st_size, int(stat.st_mtime)
    return info.tobuf(tarfile.GNU_FORMAT), stat.st_size
