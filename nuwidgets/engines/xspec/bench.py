"""The files that XSPEC reads: those that are there, and those that are written for it.

A spectrum of events has no file yet, and one that is grouped on the fly is not grouped so in its
file: both are written into a temporary folder, once for each spectrum as long as it lives.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, finalize

from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.errors import InputError
from nuwidgets.files.arf import write_arf
from nuwidgets.files.grouped_pha import write_grouped
from nuwidgets.files.pha import write_pha
from nuwidgets.files.rmf import write_rmf

if TYPE_CHECKING:
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import Spectrum, SpectrumRequest

_PLAIN = re.compile(r"[\w./+%@=-]+", re.ASCII)
"""Paths that XSPEC's commands take as one word."""


class Bench:
    """A temporary folder with what is written for XSPEC; gone with `clear`."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        """Where it is written; None while there is nothing."""
        self._names = count(1)
        self._spectra: WeakKeyDictionary[Spectrum, dict[str, Any]] = WeakKeyDictionary()
        self._responses: WeakKeyDictionary[Response, tuple[str, str]] = WeakKeyDictionary()
        self._linked: dict[str, str] = {}

    def clear(self) -> None:
        """Take all of it away."""
        if self.folder is not None:
            self._at_exit()
        self.folder = None
        self._spectra.clear()
        self._responses.clear()
        self._linked.clear()

    def files_of(self, spectrum: Spectrum, request: SpectrumRequest) -> dict[str, Any]:
        """Give the paths of a spectrum and of what belongs to it; empty where there is nothing.

        Raises
        ------
        InputError
            It has no response.
        FileError
            A file cannot be written.
        """
        if spectrum not in self._spectra:
            rmf, arf = self._response(spectrum)
            path = self._path(spectrum, request)
            folder = str(Path(re.sub(r"\{\d+\}$", "", path)).resolve().parent)
            background = self._background(spectrum)
            found = {"path": path, "folder": folder, "background": background}
            self._spectra[spectrum] = {**found, "rmf": rmf, "arf": arf}
        return self._spectra[spectrum]

    def plain(self, path: str) -> str:
        """Give a whole path of a file that XSPEC takes as one word; empty stays so."""
        if not path:
            return ""
        whole = str(Path(path).expanduser().absolute())
        if _PLAIN.fullmatch(whole):
            return whole
        if whole not in self._linked:
            place = self._place("".join(Path(whole).suffixes[-2:]))
            place.symlink_to(whole)
            self._linked[whole] = str(place)
        return self._linked[whole]

    def _place(self, ending: str) -> Path:
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="nuwidgets-xspec-"))
            self._at_exit = finalize(self, rmtree, self.folder, ignore_errors=True)
        ending = ending if _PLAIN.fullmatch(ending) else ".fits"
        return self.folder / f"{next(self._names)}{ending}"

    def _path(self, spectrum: Spectrum, request: SpectrumRequest) -> str:
        """Give the file of a spectrum: its own where XSPEC finds in it what we have."""
        path, row = "", 0
        if isinstance(request, FileSpectrumRequest):
            path, row = request.path, request.row
        if path and request.grouping.kind == "file":
            return self.plain(path) + (f"{{{row}}}" if row else "")
        place = self._place(".pha")
        if path and not row:
            columns = {"GROUPING": spectrum.grouping, "QUALITY": spectrum.quality}
            write_grouped(path, place, columns)
        else:
            write_pha(place, replace(spectrum, links=(), region=None, wmap=None))
        return str(place)

    def _background(self, spectrum: Spectrum) -> str:
        """Give the file of the background; one inside of another file is written by itself."""
        other = spectrum.background
        if other is None:
            return ""
        if other.path and Path(other.path).absolute() != Path(spectrum.path or "/").absolute():
            return self.plain(other.path)
        place = self._place(".bak")
        write_pha(place, replace(other, links=(), region=None, wmap=None), is_background=True)
        return str(place)

    def _response(self, spectrum: Spectrum) -> tuple[str, str]:
        """Give the files of a response; one that is not from files is written."""
        response = spectrum.response
        if response is None:
            raise InputError(
                f"Cannot give {spectrum.name!r} to XSPEC: it has no response. Give rmf_path (an"
                " RMF or RSP file) and, for an RMF, arf_path."
            )
        if response.rmf_path:
            return self.plain(response.rmf_path), self.plain(response.arf_path)
        if response not in self._responses:
            rmf, arf = self._place(".rmf"), self._place(".arf")
            write_rmf(rmf, response, spectrum.pointing)
            write_arf(arf, response, spectrum.pointing)
            self._responses[response] = str(rmf), str(arf)
        return self._responses[response]
