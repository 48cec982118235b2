"""Spectra as PHA files in a folder, with all that they name beside them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError
from nuwidgets.files.arf import write_arf
from nuwidgets.files.atomic import save_bytes
from nuwidgets.files.pha import write_pha
from nuwidgets.files.rmf import write_rmf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike

    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import Spectrum

    Write = Callable[[], None]


def write_spectra(
    spectra: Iterable[Spectrum], folder: str | PathLike[str], *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write spectra, their backgrounds and responses into a folder.

    Responses that came from files are copied; BACKFILE, RESPFILE and ANCRFILE name what lies
    beside.

    Parameters
    ----------
    spectra : iterable of Spectrum
        Each has the file of its name.
    folder : path
        Made if it is not there.
    overwrite : bool
        Whether existing files are replaced.

    Returns
    -------
    tuple of Path
        The PHA files of the spectra, in their order.

    Raises
    ------
    FileError
        If a file exists and is not to be overwritten, or one cannot be read or written; what was
        written before stays.
    """
    home = Path(folder).expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"Cannot make the folder {str(folder)!r}: {error.strerror or error}. Give a path where"
            " you may write."
        ) from error
    plans = _Plans(home, overwrite=overwrite)
    paths = tuple(plans.spectrum(one) for one in spectra)
    plans.write()
    return paths


_ODD = re.compile(r"\.(?:pha|pi|fits|fit|fak|gz)(?=[._]|$)|[^\w.+-]", re.IGNORECASE)
"""What has no place in the name of a spectrum's file."""


class _Plans:
    """Which files are to be written, and how; nothing is until all is known to have a place."""

    def __init__(self, home: Path, *, overwrite: bool) -> None:
        self._home, self._overwrite = home, overwrite
        self._files: dict[str, Write] = {}
        self._copies: dict[str, str] = {}

    def spectrum(self, spectrum: Spectrum) -> Path:
        """Plan a spectrum with all that belongs to it; give its path."""
        stem = self._free(_ODD.sub("", spectrum.name).strip("."))
        links = {"BACKFILE": "none", "RESPFILE": "none", "ANCRFILE": "none"}
        if spectrum.response is not None:
            links |= self._response(spectrum.response, stem)
        if spectrum.background is not None:
            links["BACKFILE"] = f"{stem}_bkg.pha"
            self._pha(links["BACKFILE"], spectrum.background, is_background=True)
        self._pha(f"{stem}.pha", replace(spectrum, links=tuple(links.items())))
        return self._home / f"{stem}.pha"

    def _free(self, stem: str) -> str:
        names = (stem or "spectrum", *(f"{stem or 'spectrum'}_{n}" for n in range(2, 10_000)))
        return next(name for name in names if f"{name}.pha" not in self._files)

    def _pha(self, name: str, spectrum: Spectrum, **how: Any) -> None:
        self._files[name] = lambda: write_pha(
            self._home / name, spectrum, overwrite=self._overwrite, **how
        )

    def _response(self, response: Response, stem: str) -> dict[str, str]:
        """Plan the files of a response; give the keywords that name them."""
        if response.rmf_path and Path(response.rmf_path).is_file():
            rmf = self._copy(response.rmf_path, stem)
            arf = self._copy(response.arf_path, stem) if response.arf_path else "none"
            return {"RESPFILE": rmf, "ANCRFILE": arf}
        rmf, arf = f"{stem}.rmf", f"{stem}.arf"
        again = self._overwrite
        self._files[rmf] = lambda: write_rmf(self._home / rmf, response, overwrite=again)
        self._files[arf] = lambda: write_arf(self._home / arf, response, overwrite=again)
        return {"RESPFILE": rmf, "ANCRFILE": arf}

    def _copy(self, path: str, stem: str) -> str:
        """Plan a copy; what lies there already, byte by byte the same, is left alone."""
        known = next((name for name, source in self._copies.items() if source == path), "")
        if known:
            return known
        source = Path(path)
        name = source.name if source.name not in self._files else f"{stem}_{source.name}"
        self._copies[name] = path
        if not source.is_file():
            raise FileError(
                f"Cannot copy the response {path!r}: it is not there any more. Put it back, or load"
                " the spectrum with another one."
            )
        target = self._home / name
        if not (target.exists() and (target.samefile(source) or _same(target, source))):
            self._files[name] = lambda: save_bytes(
                target, _bytes(source), overwrite=self._overwrite
            )
        return name

    def write(self) -> None:
        """Write all, unless one would take the place of another's."""
        there = [str(self._home / name) for name in self._files if (self._home / name).exists()]
        if there and not self._overwrite:
            more = f" and {len(there) - 1} more" if there[1:] else ""
            raise FileError(
                f"Nothing was written: {there[0]!r}{more} exists already. Choose another folder,"
                " or say overwrite=True."
            )
        for write in self._files.values():
            write()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            f"Cannot copy the response {str(path)!r}: {error.strerror or error}. Check that it is"
            " still there and may be read."
        ) from error


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and _bytes(one) == _bytes(other)
