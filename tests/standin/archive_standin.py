"""STAND-IN: a small HEASARC with made-up observations, a name resolver, and faults to switch on."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Self

import sesame_standin
from faults import Faults
from standin_content import make_content

from nuwidgets.simulation.server.archive import ArchiveServer

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import web
    from astroquery.heasarc import HeasarcClass


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    range: str
    """The header Range; empty if there was none."""


class ArchiveStandin:
    """The stand-in, from `start` to `close`.

    Parameters
    ----------
    folder : Path
        An empty folder for the archive's files.
    rate_bytes_per_s : float, optional
        Rate of all transfers together; no limit unless given.
    """

    def __init__(self, folder: Path, *, rate_bytes_per_s: float | None = None) -> None:
        self.root = folder
        self.content = make_content(folder)
        self.faults = Faults(folder)
        self.requests: list[Asked] = []
        """Every request, in the order in which they came."""
        self.server = ArchiveServer(
            self.content, rate_bytes_per_s=rate_bytes_per_s, hook=self._first
        )
        self.faults.server = self.server

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.close()

    @property
    def url(self) -> str:
        """Address of the server."""
        return self.server.url

    @property
    def sesame_url(self) -> str:
        """Address of the name resolver, for ``name_resolve.sesame_url``."""
        return f"{self.url}{sesame_standin.PATH}"

    def client(self) -> HeasarcClass:
        """Give the real client of astroquery, new, that asks here."""
        from astroquery.heasarc import HeasarcClass

        client = HeasarcClass()
        client.VO_URL, client.TAR_URL = self.server.vo_url, self.server.tar_url
        return client

    def asked(self, pattern: str, method: str = "*") -> list[Asked]:
        """Give the requests for paths that fit a glob."""
        return [
            one
            for one in self.requests
            if fnmatchcase(one.path, pattern) and fnmatchcase(one.method, method)
        ]

    def files_of(self, folder: str) -> dict[str, bytes]:
        """Give the files of a folder of the archive: path in it, and content."""
        place = self.root / folder.strip("/")
        files = sorted(path for path in place.rglob("*") if path.is_file())
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}

    async def _first(self, request: web.Request) -> web.StreamResponse | None:
        self.requests.append(Asked(request.method, request.path, request.headers.get("Range", "")))
        return await self.faults(request) or await sesame_standin.resolve(request)
