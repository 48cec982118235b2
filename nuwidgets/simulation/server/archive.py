"""A small HEASARC: the archive's own protocol on this machine, for a demo and for tests.

Clients that know the real archive find catalogues, rows, links and files here as they do there:
queries (TAP), links (datalink), tars of folders, and files with a web server's listings. The server
lives on the loop on which fsspec transfers files, so it needs no thread of its own.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Self

from nuwidgets.errors import FileError, InputError
from nuwidgets.simulation.server.adql import MOST_ROWS, answer
from nuwidgets.simulation.server.datalink import LINK_COLUMNS, links
from nuwidgets.simulation.server.listing import entries, files_of, index_page, place_of
from nuwidgets.simulation.server.transfer import Throttle, send_file, send_tar
from nuwidgets.simulation.server.votable import (
    VOTABLE_TYPE,
    capabilities,
    error_votable,
    one_table,
    tableset,
    votable,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from aiohttp import web

    from nuwidgets.simulation.server.tables import ArchiveContent

    Hook = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
    """Called first for every request; what it gives replaces the usual answer."""
    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_GRACE_S = 0.1
"""How long transfers may still run when the server closes, s."""


class ArchiveServer:
    """Serves an archive at a free port of this machine, and to this machine only.

    Parameters
    ----------
    content : ArchiveContent
        What it shows.
    rate_bytes_per_s : float, optional
        Rate of all transfers together, so that there is a progress to watch; no limit unless given.
    hook : callable, optional
        Called first for every request, with the request; an answer it gives replaces the usual one.

    Examples
    --------
    ::

        with ArchiveServer(content) as server:
            heasarc = HeasarcClass()
            heasarc.VO_URL, heasarc.TAR_URL = server.vo_url, server.tar_url
    """

    def __init__(
        self,
        content: ArchiveContent,
        *,
        rate_bytes_per_s: float | None = None,
        hook: Hook | None = None,
    ) -> None:
        self.content = content
        self.throttle = Throttle(rate_bytes_per_s)
        self.hook = hook
        self._tables = {table.name: table for table in content.tables}
        self._runner: web.AppRunner | None = None
        self._port = 0

    def __repr__(self) -> str:
        state = "closed" if self._runner is None else "open"
        return f"ArchiveServer({sorted(self._tables)}, {state})"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Address of the server; the files are at ``/FTP/...`` below it."""
        if not self._port:
            raise InputError("The archive server has no address yet: it was not started. Start it.")
        return f"http://127.0.0.1:{self._port}"

    data_url = url

    @property
    def vo_url(self) -> str:
        """Address of queries and links, for ``HeasarcClass.VO_URL``."""
        return f"{self.url}/xamin/vo"

    @property
    def tar_url(self) -> str:
        """Address of tars, for ``HeasarcClass.TAR_URL``."""
        return f"{self.url}/xamin/TarServlet"

    def start(self) -> Self:
        """Open a free port, or after `close` the same one, and answer there from now on.

        Raises
        ------
        FileError
            If the port cannot be opened.
        """
        from fsspec.asyn import get_loop, sync

        try:
            sync(get_loop(), self.open)
        except OSError as error:
            raise FileError(f"Cannot open a port for the archive server: {error}.") from error
        return self

    def close(self) -> None:
        """Cut all transfers and close the port; once more does nothing."""
        from fsspec.asyn import get_loop, sync

        sync(get_loop(), self.stop)

    async def open(self) -> None:
        """Open the port on the loop that runs this."""
        from aiohttp import web

        if self._runner is not None:
            return
        app = web.Application()
        for path, handler in {
            "/xamin/vo/tap/tables": self._tableset,
            "/xamin/vo/tap/tables/{name}": self._one_table,
            "/xamin/vo/tap/capabilities": self._capabilities,
            "/xamin/vo/tap/sync": self._query,
            "/xamin/vo/datalink/{name}": self._links,
            "/xamin/TarServlet": self._tar,
            "/FTP{path:.*}": self._file,
            "/{path:.*}": self._nothing,
        }.items():
            app.router.add_route("*", path, partial(self._hooked, handler))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE_S)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        except OSError:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port on the loop that opened it."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _hooked(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        given = await self.hook(request) if self.hook is not None else None
        return given if given is not None else await handler(request)

    async def _tableset(self, _request: web.Request) -> web.StreamResponse:
        return _xml(tableset(self.content.tables))

    async def _one_table(self, request: web.Request) -> web.StreamResponse:
        table = self._tables.get(request.match_info["name"])
        return _xml(one_table(table)) if table is not None else _not_found()

    async def _capabilities(self, _request: web.Request) -> web.StreamResponse:
        return _xml(capabilities(f"{self.vo_url}/tap", MOST_ROWS))

    async def _query(self, request: web.Request) -> web.StreamResponse:
        asked = await _parameters(request)
        try:
            most = min(_whole(asked.get("MAXREC", [str(MOST_ROWS)])[0]), MOST_ROWS)
            found = answer(asked.get("QUERY", [""])[0], self._tables, most)
        except InputError as error:
            return _xml(error_votable(str(error)), VOTABLE_TYPE)
        return _xml(votable(found.columns, found.rows, is_cut=found.is_cut), VOTABLE_TYPE)

    async def _links(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in self._tables:
            return _not_found()
        rows = (await _parameters(request)).get("ID", [])
        found = await asyncio.to_thread(links, self.content, name, rows, self.url)
        return _xml(votable(LINK_COLUMNS, found), VOTABLE_TYPE)

    async def _tar(self, request: web.Request) -> web.StreamResponse:
        """Send the folders that are asked for as ``>/FTP/a/&&>/FTP/b/&&``."""
        text = "".join((await _parameters(request)).get("FILES", []))
        paths = [part.strip().removeprefix(">") for part in text.split("&&") if part.strip()]
        members = await asyncio.to_thread(_members, self.content, paths)
        return await send_tar(request, members, self.throttle) if members else _not_found()

    async def _nothing(self, _request: web.Request) -> web.StreamResponse:
        return _not_found()

    def _place(self, path: str) -> tuple[Path, Path | None]:
        """Give the folder that holds a path, and the file or folder there; it may be made first."""
        root = self.content.root_of(path)
        return root, place_of(root, path)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        root, place = await asyncio.to_thread(self._place, request.path)
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        if place is None:
            return _not_found()
        if place.is_file():
            return await send_file(request, place, self.throttle)
        if not request.path.endswith("/"):
            return web.Response(status=301, headers={"Location": f"{request.rel_url.raw_path}/"})
        found = await asyncio.to_thread(entries, root, place)
        page = index_page(request.path, found)
        return web.Response(text=page, content_type="text/html", charset="UTF-8")


def _members(content: ArchiveContent, paths: list[str]) -> list[tuple[str, Path]]:
    """Give name and place of all files below some folders; names begin with the folder's."""
    found = []
    for path in paths:
        root = content.root_of(path)
        place = place_of(root, path)
        if place is not None and place.is_dir():
            files = files_of(root, place)
            found += [(f"{place.name}/{f.relative_to(place).as_posix()}", f) for f in files]
        elif place is not None:
            found.append((place.name, place))
    return found


async def _parameters(request: web.Request) -> dict[str, list[str]]:
    """Give what is asked, in the address and in the body; names in capitals."""
    asked: dict[str, list[str]] = {}
    for part in (request.query, await request.post()):
        for name, value in part.items():
            asked.setdefault(name.upper(), []).append(str(value))
    return asked


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"Cannot use MAXREC {text!r}. Give a whole number, 0 or more.")
    return int(text)


def _xml(text: str, kind: str = "application/xml") -> web.Response:
    from aiohttp import web

    return web.Response(body=text.encode(), headers={"Content-Type": kind})


def _not_found() -> web.Response:
    from aiohttp import web

    return web.Response(status=404, text="Not Found")
