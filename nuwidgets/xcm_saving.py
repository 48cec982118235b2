"""A session's fit as an XSPEC state file, with all that XSPEC needs to read it back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets import __version__
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.atomic import save_text
from nuwidgets.files.grouped_pha import write_grouped
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.spectrum_folder import write_spectra
from nuwidgets.files.xcm_state import XcmResponse
from nuwidgets.files.xcm_text import is_word, xcm_text
from nuwidgets.scripts.xcm import SAME, own_response, state_of

if TYPE_CHECKING:
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.files.xcm_state import XcmSpectrum, XcmState
    from nuwidgets.steps.fit import FitStep

ENDING = ".xcm"
_TABLE = re.compile(r"(?<=table\{)[^{}]*(?=\})")


class Fitted(Protocol):
    """Whose fit is written: a session."""

    datasets: dict[str, Dataset]
    fit: FitStep
    used: Any

    def record(self) -> SessionRecord:
        """Write everything down."""


def save_xcm(session: Fitted, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the fit as an XSPEC state file, to be read with ``@name.xcm`` or ``read_xcm``.

    All files are named by whole paths, responses and backgrounds too. A spectrum that is grouped
    here is written beside the file with its grouping; one that is extracted here is written with
    its background and response.

    Parameters
    ----------
    path : str or Path
        The file; ``.xcm`` is added where there is no ending.
    overwrite : bool
        Whether files that exist are replaced.

    Raises
    ------
    FileError
        If a file exists or cannot be written.
    InputError
        If no spectrum is used and there is no model, or a name cannot be told to XSPEC.
    """
    place = Path(path).expanduser().absolute()
    place = place if place.suffix else place.with_suffix(ENDING)
    if place.exists() and not overwrite:
        raise FileError(
            f"Cannot write {str(path)!r}: it is there already. Choose another name, or say"
            " overwrite=True."
        )
    made = {name: session.datasets[name].spectrum.run() for name in session.used}
    record = session.record()
    if not (record.used or session.fit.model):
        raise InputError("Cannot write a state for XSPEC: there is neither spectrum nor model.")
    state = state_of(record, session.fit.parameters)
    used = [record.dataset(name) for name in record.used]
    new = {one.name: made[one.name] for one in used if _is_new(one, made[one.name])}
    own = [_through_own(session.fit, n) for n in range(1, len(used) + 1)]
    pairs = enumerate(zip(state.spectra, used, own, strict=True), start=1)
    spectra = tuple(
        told if one.name in new else _whole(told, one, place, n, own=1 in sources)
        for n, (told, one, sources) in pairs
    )
    there = (told for told, one in zip(spectra, used, strict=True) if one.name not in new)
    xcm_text(_named(replace(state, spectra=tuple(there)), place.parent))  # refuse before writing
    paths = _written(new, place, overwrite=overwrite)
    spectra = tuple(
        _beside(told, paths[one.name], sources) if one.name in new else told
        for told, one, sources in zip(spectra, used, own, strict=True)
    )
    state = _named(replace(state, spectra=spectra), place.parent)
    text = f"# Written by nuwidgets {__version__}.\n{xcm_text(state)}"
    for one, told in zip(used, state.spectra, strict=True):
        if one.name not in new and _is_changed(one):
            _write_grouped(one, place.parent / told.path, overwrite=overwrite)
    save_text(place, text, overwrite=overwrite)
    return place


def _is_new(one: DatasetRecord, spectrum: Spectrum) -> bool:
    """Whether XSPEC finds a spectrum in no file of type I, so that one is written."""
    if one.kind == "events":
        return True
    other = spectrum.background
    inside = other is not None and Path(other.path or "/") == Path(spectrum.path)
    return inside or (_is_changed(one) and bool(one.steps["spectrum"].settings.get("row")))


def _through_own(fit: FitStep, n: int) -> set[int]:
    """Give the sources that spectrum `n` sees through its own response."""
    told = {one.source: one.rmf_path for one in fit.responses if one.spectrum == n}
    return {source for source, rmf_path in {1: SAME, **told}.items() if rmf_path == SAME}


def _whole(told: XcmSpectrum, one: DatasetRecord, place: Path, n: int, *, own: bool) -> XcmSpectrum:
    """Name all files of a spectrum; XSPEC looks for those of its keywords where it runs."""
    path = str(_copy_of(place, n)) if _is_changed(one) else told.path
    rmf, arf = own_response(one)
    first = told.response(1)
    first = replace(first, rmf=rmf or None, arf=arf or None) if own else first
    rest = tuple(r for r in told.responses if r.source > 1)
    spectrum = one.steps["spectrum"].product
    background = told.background
    if not background and spectrum is not None and spectrum.background is not None:
        background = spectrum.background.path or None
    responses = (first, *rest) if first.rmf or first.arf else rest
    row = 0 if _is_changed(one) else told.row
    return replace(told, path=path, row=row, background=background, responses=responses)


def _written(new: dict[str, Spectrum], place: Path, *, overwrite: bool) -> dict[str, Path]:
    """Write spectra that XSPEC finds in no file beside the state; give their paths by name."""
    named = [replace(one, name=f"{place.stem}_{name}") for name, one in new.items()]
    return dict(zip(new, write_spectra(named, place.parent, overwrite=overwrite), strict=True))


def _beside(told: XcmSpectrum, path: Path, own: set[int]) -> XcmSpectrum:
    """Name what was written of a spectrum."""
    links = dict(read_spectrum(path).links)
    near = {key: str(path.with_name(name)) for key, name in links.items() if name}
    mine = XcmResponse(1, near["RESPFILE"], near["ANCRFILE"])
    first = mine if 1 in own else told.response(1)
    rest = (
        replace(mine, source=r.source) if r.source in own else r
        for r in told.responses
        if r.source > 1
    )
    background = near["BACKFILE"] if links["BACKFILE"] != "none" else None
    return replace(told, path=str(path), row=0, background=background, responses=(first, *rest))


def _is_changed(one: DatasetRecord) -> bool:
    return one.kind != "events" and one.steps["spectrum"].settings["grouping"].kind != "file"


def _copy_of(place: Path, n: int) -> Path:
    return place.with_name(f"{place.stem}_grp{n}.pha")


def _write_grouped(one: DatasetRecord, target: Path, *, overwrite: bool) -> None:
    """Write the copy of a spectrum that is grouped here."""
    product = one.steps["spectrum"].product
    columns = {"GROUPING": product.grouping, "QUALITY": product.quality}
    write_grouped(one.steps["spectrum"].settings["path"], target, columns, overwrite=overwrite)


def _named(state: XcmState, folder: Path) -> XcmState:
    """Name files as XSPEC takes them: by the whole path, or from the file's folder."""

    def name(path: str | None) -> str | None:
        if path is None or path == "none":
            return path
        whole = str(Path(path).expanduser().absolute())
        inside = Path(whole).is_relative_to(folder) and not is_word(whole)
        return str(Path(whole).relative_to(folder)) if inside else whole

    spectra = tuple(
        replace(
            one,
            path=str(name(one.path)),
            background=name(one.background),
            responses=tuple(replace(r, rmf=name(r.rmf), arf=name(r.arf)) for r in one.responses),
        )
        for one in state.spectra
    )
    models = tuple(
        replace(one, expression=_TABLE.sub(lambda m: str(name(m[0].strip())), one.expression))
        for one in state.models
    )
    return replace(state, spectra=spectra, models=models)
