"""XSPEC's state files (``.xcm``) for a session: what a file says becomes the fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.dataset import FileDataset
from nuwidgets.domain.fit import SourceResponse
from nuwidgets.files.xcm import read_xcm as read_state
from nuwidgets.files.xcm_loading import load_models
from nuwidgets.files.xcm_parameters import groups_of
from nuwidgets.files.xcm_places import located

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.core.door import Door
    from nuwidgets.core.edits import Edits
    from nuwidgets.dataset import Dataset
    from nuwidgets.files.xcm_loading import Loaded
    from nuwidgets.files.xcm_state import XcmSpectrum, XcmState
    from nuwidgets.steps.fit import FitStep

SETTINGS = {
    "statistic": "statistic",
    "test_statistic": "test_statistic",
    "weight": "weight",
    "systematic": "systematic",
    "abundance": "abundance",
    "cross_section": "cross_section",
}
"""Settings of the fit, by what they are called in the state."""
FILES = ("path", "background_path", "rmf_path", "arf_path")
"""Settings that name the files of a spectrum."""
COSMOLOGY = ("h0_km_s_mpc", "q0", "lambda0")


class Fitter(Protocol):
    """Whose fit is read and written: a session."""

    door: Door
    edits: Edits
    datasets: dict[str, Dataset]
    fit: FitStep
    used: Any

    def add_spectrum(self, path: str | Path, **settings: Any) -> FileDataset:
        """Open a PHA file."""

    def use(self, *names: str) -> None:
        """Fit these datasets."""

    def remove(self, name: str) -> None:
        """Forget a dataset."""


def read_xcm(
    session: Fitter, path: str | Path, folder: str | Path = "", *, spectra: bool = True
) -> list[str]:
    """Make the fit what an XSPEC state file says: spectra, ranges, models, parameters, settings.

    Spectra of the file are opened and fitted alone; a file without any is put onto what is fitted
    now. Nothing in the file is executed.

    Parameters
    ----------
    path : str or Path
        The file, as ``save all`` writes it.
    folder : str or Path, optional
        Where its spectra are; else they are looked for beside the file, then in the current folder.
    spectra : bool
        Whether spectra of the file are opened; else the rest is put onto what is fitted now.

    Returns
    -------
    list of str
        What was left out, and why.

    Raises
    ------
    FileError
        If the file, or one that it names, cannot be used; then nothing is changed.
    InputError
        If a model is not known.
    """
    written = read_state(path)
    if not spectra:
        written = replace(written, spectra=())
    state = located(written, path, folder)
    groups = state.groups or _groups_now(session)
    n_groups = max(groups, default=1)
    loaded = load_models(state.models, n_groups, _seen(session, state, groups))
    names = _opened(session, state.spectra)
    with session.edits.gesture():  # a change of its own, however soon after another
        session.door.do(_put, session, state, loaded, names)
    return [*state.sentences, *loaded.said, *_doubts(state)]


def _groups_now(session: Fitter) -> tuple[int, ...]:
    return session.fit.groups or tuple(range(1, len(session.used) + 1))


def _responses(state: XcmState) -> tuple[SourceResponse, ...]:
    return tuple(
        SourceResponse(n, one.source, one.rmf, "" if one.arf in (None, "none") else str(one.arf))
        for n, spectrum in enumerate(state.spectra, start=1)
        for one in spectrum.responses
        if one.source > 1 and one.rmf not in (None, "none")
    )


def _seen(session: Fitter, state: XcmState, groups: tuple[int, ...]) -> Mapping[int, set[int]]:
    """Give for each source the data groups that see it."""
    responses = _responses(state) if state.spectra else session.fit.responses
    pairs = [(one.spectrum, one.source) for one in responses]
    return {one.source: groups_of(one.source, groups, pairs) for one in state.models}


def _opened(session: Fitter, spectra: tuple[XcmSpectrum, ...]) -> tuple[str, ...]:
    """Open spectra, but for those that are open just so; all, or none of them."""
    names: list[str] = []
    new: list[str] = []
    try:
        for settings in map(_settings, spectra):
            there = _there(session, settings, names)
            if not there:
                there = session.add_spectrum(**settings).name
                new.append(there)
            names.append(there)
    except BaseException:
        for name in new:
            session.remove(name)
        raise
    return tuple(names)


def _settings(one: XcmSpectrum) -> dict[str, Any]:
    own = one.response(1)
    rmf = "" if own.rmf in (None, "none") else own.rmf
    return {
        "path": one.path,
        "row": one.row,
        "background_path": one.background or "",
        "rmf_path": rmf,
        "arf_path": own.arf or ("none" if rmf else ""),  # XSPEC forgets it with another RMF
    }


def _there(session: Fitter, settings: dict[str, Any], taken: list[str]) -> str:
    """Give the name of a dataset that is this already; empty without one."""
    for name, dataset in session.datasets.items():
        free = isinstance(dataset, FileDataset) and name not in taken
        if free and _is_of(dataset, settings):
            return name
    return ""


def _is_of(dataset: Dataset, settings: dict[str, Any]) -> bool:
    """Whether a dataset has these files, named by itself or by its spectrum's keywords."""
    now, product = dataset.spectrum.settings(), dataset.spectrum.product
    if str(now["grouping"]) != "file" or now["row"] != settings["row"]:
        return False
    found = dict.fromkeys(FILES, "")
    if product is not None and product.background is not None:
        found["background_path"] = product.background.path
    if product is not None and product.response is not None:
        found |= {"rmf_path": product.response.rmf_path, "arf_path": product.response.arf_path}
    return all(_same(settings[name], now[name], found[name]) for name in FILES)


def _same(asked: str, own: str, found: str) -> bool:
    """Whether a file that is asked for is the one that is set, or else was found."""
    if "none" in (asked, own):
        return asked == own or (asked == "none" and not own and not found)
    return asked == own or bool(asked and not own and found and _whole(asked) == _whole(found))


def _whole(path: str) -> Path:
    return Path(path).expanduser().absolute()


def _put(session: Fitter, state: XcmState, loaded: Loaded, names: tuple[str, ...]) -> None:
    """Set the fit, behind the door: one change to undo."""
    fit = session.fit
    if names:
        session.use(*names)
        plain = state.groups == tuple(range(1, len(names) + 1))
        fit.groups = () if plain else state.groups
        fit.responses = _responses(state)
    if state.models:
        fit.model = loaded.text
        fit.parameters = loaded.parameters
    _put_ranges(fit, state)
    for name, setting in SETTINGS.items():
        if (value := getattr(state, name)) is not None:
            setattr(fit, setting, value)
    luminosity = getattr(session, "luminosity", None)
    if state.cosmology and luminosity is not None:
        for name, value in zip(COSMOLOGY, state.cosmology, strict=True):
            setattr(luminosity, name, value)


def _put_ranges(fit: FitStep, state: XcmState) -> None:
    """Ignore what the file says: of spectra that were there more than is ignored already."""
    before = () if state.spectra else fit.ignore
    if state.spectra or before[-len(state.ignore) :] != state.ignore:
        fit.ignore = (*before, *state.ignore)


def _doubts(state: XcmState) -> list[str]:
    """Say what may not be as it was in XSPEC."""
    said = []
    if state.models and state.abundance is None:
        said.append("The file names no abundances: those of now stay. XSPEC's usual ones are angr.")
    for n, one in enumerate(state.spectra, start=1):
        if one.background_row:
            said.append(
                f"Row {one.background_row} of the background of spectrum {n} was left out: the"
                " background is the row that goes with the spectrum."
            )
        if one.response(1).rmf == "none":
            said.append(
                f"Spectrum {n} has no response for source 1 in the file; here it keeps its own."
            )
    return said
