"""A session made ready by the options of ``nuwidgets fit``."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.commands.fit_options import SEVERAL
from nuwidgets.commands.fit_texts import read_groups, read_limit, read_link, read_response
from nuwidgets.errors import FileError, InputError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from nuwidgets.domain.fit import SourceResponse
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.session import Session

BESIDE = ("rmf", "arf", "background")
_ROW = re.compile(r"(.+)\{(\d+)\}")


def give_back_files(options: Namespace) -> list[str]:
    """Give the spectra, also those that an option of several values has swallowed.

    Raises
    ------
    InputError
        If there is neither a spectrum nor a state, or no model.
    """
    files = list(options.pha)
    for name in SEVERAL:
        words = getattr(options, name)
        found = [word for word in words if Path(word).is_file()]
        setattr(options, name, [word for word in words if word not in found])
        files += found
    if not (files or options.xcm):
        raise InputError(
            "There is nothing to fit. Give one or more spectrum (PHA) files first, or a state that"
            " XSPEC saved with --xcm. See 'nuwidgets fit --help'."
        )
    if not (options.model or options.xcm):
        raise InputError(
            "There is no model to fit. Give one with --model, e.g. --model 'tbabs*powerlaw', or a"
            " state that XSPEC saved with --xcm. See 'nuwidgets fit --help'."
        )
    return files


def choose(session: Session, options: Namespace) -> None:
    """Set what can be judged before a file is opened.

    Raises
    ------
    InputError
        If a value cannot be used.
    """
    from nuwidgets.domain.grouping import Grouping

    for how in options.group:
        Grouping.parse(how)
    for text in options.response:
        read_response(text)
    for text in options.limit:
        read_limit(text)
    for text in options.link:
        read_link(text)
    if options.fakeit is not None and not options.out:
        raise InputError("Cannot keep simulated spectra: give a folder for them with --out.")
    if not options.xcm:
        _choose_fit(session, options)
    _choose_answers(session, options)


def _choose_fit(session: Session, options: Namespace) -> None:
    """Set what the options say of the fit; what they do not say stays."""
    fit = session.fit
    if options.model:
        fit.model = options.model
    back = (f"notice {ranges}" for ranges in options.notice)
    fit.ignore = (*fit.ignore, *options.ignore, *back)
    chosen = {
        "abundance": options.abund,
        "cross_section": options.xsect,
        "statistic": options.stat,
        "test_statistic": options.test,
        "weight": options.weight,
        "systematic": options.systematic,
        "engine": options.engine,
    }
    for name, value in chosen.items():
        if value is not None:
            setattr(fit, name, value)


def _choose_answers(session: Session, options: Namespace) -> None:
    if options.errors is not None and not 0 < options.errors < math.inf:
        raise InputError(
            f"Cannot find errors for a rise of the statistic by {options.errors!r}. Give a number"
            " above 0; 2.706 is 90 % for one parameter."
        )
    *band, redshift = options.luminosity or (None, None)
    chosen = (
        ("flux", "band", options.flux),
        ("errors", "delta", options.errors),
        ("contours", "axes", options.contour or None),
        ("chain", "n_steps", options.chain),
        ("goodness", "n", options.goodness),
        ("luminosity", "band", options.luminosity and band),
        ("luminosity", "redshift", redshift),
        ("eqwidth", "component", options.eqwidth),
        ("fake", "exposure_s", options.fakeit),
        ("curve", "plot", options.plot_kind),
        ("curve", "lower", "" if options.below == "none" else options.below),
        ("curve", "components", options.components),
    )
    for step, name, value in chosen:
        if value is not None:
            setattr(session.step(step), name, tuple(value) if isinstance(value, list) else value)


def open_files(session: Session, files: Sequence[str], options: Namespace) -> list[str]:
    """Open the spectra, and the state that XSPEC saved; give what that could not say.

    Raises
    ------
    FileError
        If a file cannot be used, or a spectrum has no response.
    """
    from nuwidgets.xcm_state import read_xcm

    said: list[str] = []
    for settings in spectra(files, options):
        session.add_spectrum(**settings)
    if options.xcm:
        said = read_xcm(session, options.xcm, options.xcm_folder, spectra=not files)
        if not files:
            _put_beside(session, options)
        _choose_fit(session, options)
    if not session.used:
        raise InputError(
            f"There is nothing to fit: {options.xcm!r} names no spectra. Give spectrum (PHA) files"
            " first."
        )
    for name in session.used:
        refuse_without_response(session.datasets[name].spectrum.run())
    return said


def _put_beside(session: Session, options: Namespace) -> None:
    """Let options replace files and grouping of the spectra of a state."""
    for name in (*BESIDE, "group"):
        given = getattr(options, name)
        if given:
            setting = "grouping" if name == "group" else f"{name}_path"
            values = one_each(name, given, len(session.used))
            for dataset, value in zip(session.used, values, strict=True):
                setattr(session.datasets[dataset].spectrum, setting, value)


def spectra(files: Sequence[str], options: Namespace) -> list[dict[str, Any]]:
    """Give the settings of each spectrum."""
    each = {f"{name}_path": one_each(name, getattr(options, name), len(files)) for name in BESIDE}
    each["grouping"] = one_each("group", options.group or ["file"], len(files))
    settings: list[dict[str, Any]] = []
    for index, file in enumerate(files):
        row = _ROW.fullmatch(file)
        path, number = (row[1], int(row[2])) if row else (file, 0)
        own = {name: values[index] for name, values in each.items()}
        settings.append({"path": path, "row": number, **own})
    return settings


def refuse_without_response(spectrum: Spectrum) -> None:
    """Refuse a spectrum that cannot be fitted.

    Raises
    ------
    FileError
        If it has no response.
    """
    if spectrum.response is None:
        raise FileError(
            f"Cannot fit {spectrum.path!r}: it has no response."
            f" {' '.join(spectrum.provenance.warnings)} Give an RMF or RSP file with --rmf and, for"
            " an RMF, an ARF with --arf."
        )


def one_each(name: str, values: Sequence[str], n_files: int) -> list[str]:
    """Give a value for each spectrum; one stands for all.

    Raises
    ------
    InputError
        If there are neither one nor as many as spectra.
    """
    if len(values) > 1 and len(values) != n_files:
        raise InputError(
            f"Cannot share {len(values)} --{name} among {n_files} spectra. Give one for all,"
            " or one for each in the order of the spectra."
        )
    return list(values) if len(values) > 1 else list(values or [""]) * n_files


def shape(session: Session, options: Namespace) -> None:
    """Set data groups, responses of further sources, and the parameters.

    Raises
    ------
    InputError
        If a value cannot be used.
    """
    from nuwidgets.science.models.groups import untie_groups

    fit = session.fit
    if options.groups:
        fit.groups = read_groups(options.groups, len(session.used))
    if options.response:
        new = [read_response(text) for text in options.response]
        fit.responses = _with(fit.responses, new, len(session.used))
    if options.untie:
        fit.parameters = untie_groups(fit.parameters, *options.untie)
    for text in options.limit:
        name, limits = read_limit(text)
        fit.limit(name, **limits)
    fit.set(*options.set)
    for text in options.link:
        fit.link(*read_link(text))
    fit.freeze(*options.freeze)
    fit.thaw(*options.thaw)


def _with(
    old: tuple[SourceResponse, ...], new: list[SourceResponse], n_spectra: int
) -> tuple[SourceResponse, ...]:
    """Put responses in the place of those for the same spectrum and source."""
    for one in new:
        if one.spectrum > n_spectra:
            raise InputError(
                f"Cannot give source {one.source} of spectrum {one.spectrum} a response: there are"
                f" {n_spectra} spectra."
            )
    known = {(one.spectrum, one.source): one for one in (*old, *new)}
    return tuple(known.values())
