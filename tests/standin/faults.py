"""STAND-IN: what goes wrong with servers and networks, switched on for some paths and some times."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
from aiohttp import web  # noqa: TID253 - a stand-in needs it at once

from nuwidgets.simulation.server.listing import Entry, index_page, place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

READS, LOOKS = ("GET", "POST"), ("GET", "POST", "HEAD")
PAGE = "<!DOCTYPE html><html><body><h1>Service under maintenance</h1></body></html>"


@dataclass
class Fault:
    """One fault; each path has it `times` times, or always."""

    pattern: str
    act: Callable[[web.Request], Awaitable[web.StreamResponse | None]]
    times: int | None
    methods: tuple[str, ...]
    done: Counter[str] = field(default_factory=Counter)
    """How often each path had it."""

    def fits(self, request: web.Request) -> bool:
        is_left = self.times is None or self.done[request.path] < self.times
        return (
            is_left and request.method in self.methods and fnmatchcase(request.path, self.pattern)
        )


class Faults:
    """The hook of the stand-in's server: of the faults that fit, the first counts.

    Every method takes first a glob of paths; `times` is how often each path has the fault
    (None: always), counted per path. HEAD has the faults of the answer's head only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server: Any = None
        """The server, for the fault that ends it."""
        self.switched_on: list[Fault] = []
        self._ending: set[asyncio.Task[None]] = set()

    async def __call__(self, request: web.Request) -> web.StreamResponse | None:
        for fault in self.switched_on:
            if fault.fits(request):
                fault.done[request.path] += 1
                return await fault.act(request)
        return None

    def clear(self) -> None:
        """Switch all faults off."""
        self.switched_on = []

    def delay(self, pattern: str, seconds: float, times: int | None = None) -> Fault:
        """Wait before the usual answer."""

        async def act(request: web.Request) -> None:
            await asyncio.sleep(seconds)

        return self._add(pattern, act, times, LOOKS)

    def hang(self, pattern: str, times: int | None = None) -> Fault:
        """Never answer."""
        return self.delay(pattern, 3600.0, times)

    def trickle(self, pattern: str, bytes_per_s: float, times: int | None = None) -> Fault:
        """Send a file slowly."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, bytes_per_s=bytes_per_s)

        return self._add(pattern, act, times)

    def stall(self, pattern: str, after_bytes: int, times: int | None = 1) -> Fault:
        """Send so many bytes, then nothing more, and keep the connection."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, stop_after=after_bytes, then=_wait_for_ever)

        return self._add(pattern, act, times)

    def cut(
        self, pattern: str, after_bytes: int | None = None, times: int | None = 1, seed: int = 0
    ) -> Fault:
        """Cut the connection after so many bytes of what was asked for; at random if not given."""
        rng = np.random.default_rng(seed)

        async def act(request: web.Request) -> web.StreamResponse | None:
            after = after_bytes if after_bytes is not None else float(rng.uniform(0.05, 0.95))
            return await self._send(request, stop_after=after, then=_hang_up)

        return self._add(pattern, act, times)

    def gone(self, pattern: str, after_bytes: int) -> Fault:
        """End the server after so many bytes: all transfers are cut, and nobody listens any more."""

        async def end(request: web.Request) -> None:
            task = asyncio.get_running_loop().create_task(self.server.stop())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            await _hang_up(request)

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, stop_after=after_bytes, then=end)

        return self._add(pattern, act, 1)

    def status(
        self, pattern: str, status: int, times: int | None = 1, retry_after_s: int | None = None
    ) -> Fault:
        """Answer with an error of the server, such as 500, 503 or 429."""
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}

        async def act(request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers=headers, text=PAGE, content_type="text/html")

        return self._add(pattern, act, times, LOOKS)

    def error_page(self, pattern: str, times: int | None = 1) -> Fault:
        """Answer with a page that says it is an error, and with the status of success."""

        async def act(request: web.Request) -> web.StreamResponse:
            return web.Response(text=PAGE, content_type="text/html")

        return self._add(pattern, act, times, LOOKS)

    def wrong_length(self, pattern: str, extra_bytes: int, times: int | None = None) -> Fault:
        """Promise more bytes than there are (the connection ends early), or fewer (and send fewer)."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, extra_bytes=extra_bytes)

        return self._add(pattern, act, times, LOOKS)

    def truncate(self, pattern: str, keep: float = 0.5, times: int | None = 1) -> Fault:
        """Send the first part of a file as if it were all."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, lambda data: data[: int(keep * len(data))])

        return self._add(pattern, act, times)

    def corrupt(self, pattern: str, count: int = 1, times: int | None = 1, seed: int = 0) -> Fault:
        """Change so many bytes of a file, at random but not in its first tenth."""
        rng = np.random.default_rng(seed)

        def change(data: bytes) -> bytes:
            changed = bytearray(data)
            for place in rng.integers(len(data) // 10, len(data), count):
                changed[place] ^= int(rng.integers(1, 256))
            return bytes(changed)

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, change)

        return self._add(pattern, act, times)

    def ignore_range(self, pattern: str, times: int | None = None) -> Fault:
        """Send the whole file, whatever part is asked for."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, knows_ranges=False)

        return self._add(pattern, act, times)

    def encoded(self, pattern: str, times: int | None = None) -> Fault:
        """Say of a .gz file that it is a plain one, packed for the way only."""

        async def act(request: web.Request) -> web.StreamResponse | None:
            return await self._send(request, headers={"Content-Encoding": "gzip"})

        return self._add(pattern, act, times, LOOKS)

    def names(self, pattern: str, names: list[str], times: int | None = None) -> Fault:
        """List a folder as if it held these names, such as ``../../evil`` or none."""

        async def act(request: web.Request) -> web.StreamResponse:
            page = index_page(request.path, [Entry(name, 1000, 1.4e9) for name in names])
            return web.Response(text=page, content_type="text/html")

        return self._add(pattern, act, times)

    def _add(
        self,
        pattern: str,
        act: Callable[[web.Request], Awaitable[web.StreamResponse | None]],
        times: int | None,
        methods: tuple[str, ...] = READS,
    ) -> Fault:
        fault = Fault(pattern, act, times, methods)
        self.switched_on.append(fault)
        return fault

    async def _send(
        self,
        request: web.Request,
        change: Callable[[bytes], bytes] = bytes,
        *,
        stop_after: float | None = None,
        then: Callable[[web.Request], Awaitable[None]] | None = None,
        bytes_per_s: float | None = None,
        extra_bytes: int = 0,
        knows_ranges: bool = True,
        headers: dict[str, str] | None = None,
    ) -> web.StreamResponse | None:
        """Send a file, or the part asked for, with one thing wrong; None if it is no file."""
        path = place_of(self.root, request.path)
        if path is None or not path.is_file():
            return None
        stat, data = path.stat(), change(path.read_bytes())
        response = web.StreamResponse(headers={"Accept-Ranges": "bytes", **(headers or {})})
        response.etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        response.last_modified = stat.st_mtime
        part = range(len(data))
        if knows_ranges and "Range" in request.headers:
            part = part[request.http_range]
            response.set_status(206)
            span = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
            response.headers["Content-Range"] = span
        if not knows_ranges:
            del response.headers["Accept-Ranges"]
        body = data[part.start : part.stop]
        response.content_length = len(body) + extra_bytes
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        if stop_after is not None:
            end = stop_after if isinstance(stop_after, int) else int(stop_after * len(body))
            body = body[:end]
        await _write(response, body[: len(body) + min(extra_bytes, 0)], bytes_per_s)
        await (then or (_hang_up if extra_bytes > 0 else _nothing))(request)
        return response


def free_url() -> str:
    """Give an address of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def _write(response: web.StreamResponse, body: bytes, bytes_per_s: float | None) -> None:
    step = len(body) or 1 if bytes_per_s is None else max(1, int(bytes_per_s / 20))
    for start in range(0, len(body), step):
        if bytes_per_s is not None:
            await asyncio.sleep(step / bytes_per_s)
        await response.write(body[start : start + step])


async def _nothing(request: web.Request) -> None:
    return


async def _wait_for_ever(request: web.Request) -> None:
    await asyncio.sleep(3600.0)


async def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
