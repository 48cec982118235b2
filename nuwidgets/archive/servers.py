"""The archives that a session can ask, by name, and what answers its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.archive.places import HEASARC, Places
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.archive.memory import Memory
    from nuwidgets.domain.archive_file import Files, FilesRequest
    from nuwidgets.domain.download import Download, DownloadRequest
    from nuwidgets.domain.observation import FindRequest, Observations


class Servers:
    """Archives by name; one may be a function that starts it when it is first asked.

    Parameters
    ----------
    **known : Places or callable
        Archives beside HEASARC's own.
    """

    def __init__(self, **known: Places | Callable[[], Places]) -> None:
        self.known: dict[str, Places | Callable[[], Places]] = {"heasarc": HEASARC, **known}
        self.at_once = 8
        """How many files are fetched at the same time."""
        self._memories: dict[Places, Memory] = {}

    def places(self, name: str) -> Places:
        """Give the addresses of an archive.

        Raises
        ------
        InputError
            If there is none of this name.
        """
        if name not in self.known:
            raise InputError(f"There is no archive {name!r}. {nearest(name, self.known)}")
        found = self.known[name]
        if callable(found):
            found = self.known[name] = found()
        return found

    def memory(self, places: Places) -> Memory:
        """Give what was learned of an archive."""
        from nuwidgets.archive.memory import Memory

        return self._memories.setdefault(places, Memory(on_disk=places.remembered))

    def find(self, request: FindRequest, above: tuple[Any, ...], token: Any) -> Observations:  # noqa: ARG002
        """Search a catalogue."""
        from nuwidgets.archive.catalogue import find

        places = self.places(request.server)
        return find(request, places, self.memory(places), token)

    def list_files(self, request: FilesRequest, above: tuple[Any, ...], token: Any) -> Files:
        """List files of what was found."""
        from nuwidgets.archive.listing import list_files

        return list_files(request, above[0], self.places(request.find.server), token)

    def download(self, request: DownloadRequest, above: tuple[Any, ...], token: Any) -> Download:
        """Bring files here."""
        from nuwidgets.archive.download import download
        from nuwidgets.archive.locate import at_this_port

        places, files = self.places(request.files.find.server), above[0]
        if request.files.find.server == "demo" and request.files.host != "mirror":
            files = at_this_port(files, places)
        return download(request, files, places, token, self.at_once)
