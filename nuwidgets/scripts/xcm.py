"""The fit as commands of XSPEC, to be read with ``xspec - fit.xcm`` or ``@fit.xcm``.

Commands as in the XSPEC manual; XSPEC reads them as Tcl, so words that Tcl would take apart are
refused. Spectra of event files are those that ``nuwidgets extract`` writes.
"""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets import __version__
from nuwidgets.errors import InputError
from nuwidgets.files.xcm_parameters import groups_of, models_of
from nuwidgets.files.xcm_state import XcmModel, XcmResponse, XcmSpectrum, XcmState
from nuwidgets.files.xcm_text import data_lines, model_lines, range_lines, setting_lines
from nuwidgets.missions.base import missions
from nuwidgets.science.models.composite import Composite
from nuwidgets.scripts.matters import calls, chosen_grade, first_values, has_model
from nuwidgets.scripts.sections import Section, comment, plain
from nuwidgets.scripts.tutorial_groups import GROUPED, grouping_words
from nuwidgets.scripts.tutorial_model import Fitted, error_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.fit import SourceResponse
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import DatasetRecord, SessionRecord

SPECTRUM, REGIONS = "_sr.pha", ("_src.reg", "_bkg.reg")
"""How ``nuwidgets extract`` names them, after the event file."""
RESPONSES = ("_sr.rmf", "_sr.arf")
"""The same of its response."""
COSMOLOGY = ("h0_km_s_mpc", "q0", "lambda0")
"""Settings of the luminosity that are XSPEC's ``cosmo``."""
SAME = "same"
"""Stands for a spectrum's own response."""
LARGE = 2.0
"""XSPEC finds no errors while the statistic is more than this times the degrees of freedom."""


def sections(record: SessionRecord, only: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Give the fit as commands of XSPEC; `only` makes no difference, it is the fit alone.

    Raises
    ------
    InputError
        If nothing is used, or a name cannot be told to XSPEC.
    """
    del only
    if not record.used:
        raise InputError(
            "Cannot write a script for XSPEC: no spectrum is used. Add one, or choose some with"
            " use()."
        )
    state = state_of(record, first_values(record) if has_model(record) else ())
    parts = (
        Section(
            "The fit, for XSPEC",
            f"Written by nuwidgets {__version__}; run it where the spectra are.",
            tuple(setting_lines(state)),
        ),
        Section("", "", (*_remarks(map(record.dataset, record.used)), *data_lines(state))),
        Section("", "", tuple(range_lines(state))),
        Section("", "", _model(record, state)),
        Section("", "", _calls(record)),
    )
    return tuple(part for part in parts if part.code)


def _remarks(used: Iterable[DatasetRecord]) -> Iterator[str]:
    """Say how the spectra come to be there."""
    used = tuple(used)
    if any(one.kind == "events" for one in used):
        yield "# Before, with regions and times saved from the panels under these names:"
    for one in used:
        grouping = one.steps["spectrum"].settings["grouping"]
        if one.kind == "events":
            yield from _tcl_line(_extraction(one))
        elif _is_regrouped(one):
            path = str(one.steps["spectrum"].settings["path"])
            files = f"infile={shlex.quote(path)} outfile={shlex.quote(_grouped(path))}"
            yield from _tcl_line(f"{_grouping(grouping)[0]} {files} {_grouping(grouping)[1]}")


def _grouping(grouping: Grouping) -> tuple[str, str]:
    """Give the task that groups so, and what it is told beside its files."""
    if grouping.kind == "grppha":
        return "grppha", f"comm={shlex.quote(f'{grouping.text} & exit')}"
    told = grouping_words(grouping) if grouping.kind in GROUPED else {}
    told = told or {"grouptype": "constant", "groupscale": 1}  # else the file's bins would stay
    words = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in told.items())
    odd = grouping.kind not in (*GROUPED, "none")
    return "ftgrouppha", f"{words} (then, by yourself: {grouping})" if odd else words


def _extraction(dataset: DatasetRecord) -> str:
    """Give the command that writes a spectrum, with the regions saved from the image panel."""
    events = dataset.steps["events"].settings
    screen = dataset.steps["screen"].settings
    source, background = (_stem(dataset) + ending for ending in REGIONS)
    words = ["nuwidgets", "extract", events["path"], "--source", source]
    words += ["--background", background] if dataset.steps["regions"].settings["background"] else []
    words += ["--hk", events["hk_path"]] if events["hk_path"] else []
    words += ["--gti", f"{_stem(dataset)}_usr.gti"] if screen["user_gti"] else []
    words += ["--group", str(dataset.steps["spectrum"].settings["grouping"]), "--out", "."]
    grade = chosen_grade(dataset)
    rest = "" if grade is None else f"  (and no grades above {grade})"
    return f"{shlex.join(words)}{rest}"


def _stem(dataset: DatasetRecord) -> str:
    name = PurePath(dataset.steps["events"].settings["path"]).name.removesuffix(".gz")
    known = (mission.stem(name) for mission in missions().values())
    return next(filter(None, known), name.rsplit(".", 1)[0].removesuffix("_cl"))


def _grouped(path: str) -> str:
    return PurePath(path).name.removesuffix(".gz").rsplit(".", 1)[0] + "_grp.pha"


def _tcl(text: str) -> Iterator[str]:
    """Give a comment; a line of Tcl that ends with a backslash would go on in the next one."""
    for line in comment(text):
        yield f"{line}." if line.endswith("\\") else line


def _tcl_line(text: str) -> Iterator[str]:
    """Give a comment of one line, however long: a command to be copied."""
    line = f"#   {plain(text)}"
    yield f"{line}." if line.endswith("\\") else line


def state_of(record: SessionRecord, parameters: tuple[Parameter, ...]) -> XcmState:
    """Give what is fitted as XSPEC has it, with these values of the parameters.

    Raises
    ------
    InputError
        If a response that is meant is not known by its file.
    """
    used = [record.dataset(name) for name in record.used]
    fit = record.steps["fit"].settings
    groups = tuple(fit.get("groups", ())) or tuple(range(1, len(used) + 1))
    further: tuple[SourceResponse, ...] = tuple(fit.get("responses", ()))
    spectra = tuple(
        _spectrum(one, group, [r for r in further if r.spectrum == n])
        for n, (one, group) in enumerate(zip(used, groups, strict=True), start=1)
    )
    return XcmState(
        spectra,
        tuple(fit["ignore"]),
        _models(fit["model"], parameters, groups, further) if has_model(record) else (),
        fit["statistic"],
        fit.get("test_statistic", "chi"),
        fit.get("weight", "standard"),
        fit.get("systematic", 0.0),
        fit["abundance"],
        fit["cross_section"],
        _cosmology(record),
    )


def _cosmology(record: SessionRecord) -> tuple[float, float, float] | None:
    """Give H0, q0 and Lambda0 where the luminosity has them."""
    step = record.steps.get("luminosity")
    known = [step.settings.get(name) for name in COSMOLOGY] if step else [None]
    h0, q0, lambda0 = known if None not in known else (None,) * 3
    return None if h0 is None or q0 is None or lambda0 is None else (h0, q0, lambda0)


def _spectrum(one: DatasetRecord, group: int, further: list[SourceResponse]) -> XcmSpectrum:
    settings = one.steps["spectrum"].settings
    rmf = settings["rmf_path"] or None
    arf = settings["arf_path"] or (own_response(one)[1] if rmf else "") or None
    own = XcmResponse(1, rmf, arf)  # XSPEC forgets the ARF when it is told an RMF
    more = [_further(r, one) for r in sorted(further, key=lambda r: r.source) if not _is_own(r)]
    told = (own,) if own != XcmResponse(1) and 1 not in (r.source for r in more) else ()
    background = settings.get("background_path") or None
    return XcmSpectrum(_file(one), group, _row(one), background, responses=(*told, *more))


def _file(one: DatasetRecord) -> str:
    """Give the file that XSPEC reads: what ``nuwidgets extract`` or ftgrouppha wrote."""
    settings = one.steps["spectrum"].settings
    if one.kind == "events":
        return _stem(one) + SPECTRUM
    path = str(settings["path"])
    return _grouped(path) if _is_regrouped(one) else path


def _row(one: DatasetRecord) -> int:
    return 0 if _is_regrouped(one) else int(one.steps["spectrum"].settings.get("row", 0))


def _is_regrouped(one: DatasetRecord) -> bool:
    settings = one.steps["spectrum"].settings
    return one.kind != "events" and settings["grouping"].kind != "file"


def _is_own(asked: SourceResponse) -> bool:
    """Whether a response is the one that a spectrum has anyway."""
    return asked.source == 1 and asked.rmf_path == SAME


def _further(asked: SourceResponse, one: DatasetRecord) -> XcmResponse:
    """Give the response for a further source; XSPEC needs files even where it is the same."""
    if asked.rmf_path != SAME:
        return XcmResponse(asked.source, asked.rmf_path, asked.arf_path or None)
    rmf, arf = own_response(one)
    if not rmf:
        raise InputError(
            f"Cannot write source {asked.source} of {one.name!r} for XSPEC: the file of its own"
            " response is not known. Open the spectrum first, or name rmf_path."
        )
    return XcmResponse(asked.source, rmf, arf or None)


def own_response(one: DatasetRecord) -> tuple[str, str]:
    """Give the RMF and the ARF of a spectrum; empty where they are not known."""
    settings, product = one.steps["spectrum"].settings, one.steps["spectrum"].product
    found = product.response if product is not None else None
    rmf = settings["rmf_path"] or (found.rmf_path if found else "")
    arf = settings["arf_path"] or (found.arf_path if found else "")
    if not rmf and one.kind == "events":
        rmf, arf = (_stem(one) + ending for ending in RESPONSES)
    return str(rmf), str(arf)


def _models(
    text: str,
    parameters: tuple[Parameter, ...],
    groups: tuple[int, ...],
    further: tuple[SourceResponse, ...],
) -> tuple[XcmModel, ...]:
    composite = Composite.parse(text)
    seen = [(one.spectrum, one.source) for one in further]
    by_source = {one.source: groups_of(one.source, groups, seen) for one in composite.models}
    n_groups = max(1, len(parameters) // composite.n_parameters)
    return models_of(composite.text, parameters, n_groups, by_source)


def _model(record: SessionRecord, state: XcmState) -> tuple[str, ...]:
    """Give the models, and before them why they were chosen."""
    notes = record.steps["fit"].notes.values()
    said = (line for note in notes for line in _tcl(f"why: {note}"))
    return (*said, *model_lines(state)) if state.models else ()


def _calls(record: SessionRecord) -> tuple[str, ...]:
    """Give what is computed, in the same order as in the session."""
    if not has_model(record):
        return ()
    wanted = calls(record)
    lines = ["fit 100"] if "fit" in wanted or not wanted else []
    if "errors" in wanted:
        lines.append(_errors(record))
    if "flux" in wanted:
        band = record.steps["flux"].settings["band"]
        lines.append(f"flux {float(band.lo_kev)!r} {float(band.hi_kev)!r}")
    return tuple(lines)


def _errors(record: SessionRecord) -> str:
    settings, result = record.steps["errors"].settings, record.steps["fit"].product
    parameters, fit = first_values(record), record.steps["fit"].settings
    free = [p.number for p in parameters if p.free]
    numbers = [n for n in settings["numbers"] if n in free] or free
    poor = result is not None and result.statistic > LARGE * max(result.dof, 1)
    ratio = f"maximum {2 * result.statistic / max(result.dof, 1):.1f} " if poor else ""
    groups = fit.get("groups") or tuple(range(1, max(1, len(record.used)) + 1))
    fitted = Fitted(tuple(groups), tuple(fit.get("responses", ())))
    rest = error_words(fit["model"], parameters, numbers, fitted)
    return f"error {ratio}{float(settings['delta'])!r} {rest}"
