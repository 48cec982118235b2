"""The fit as commands of XSPEC, to be read with ``xspec - fit.xcm`` or ``@fit.xcm``.

Commands as in the XSPEC manual; XSPEC reads them as Tcl, so words that Tcl would take apart are
refused. Spectra of event files are those that ``nuwidgets extract`` writes.
"""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets import __version__
from nuwidgets.errors import InputError
from nuwidgets.missions.base import missions
from nuwidgets.science import ranges
from nuwidgets.science.models.expression import Expression
from nuwidgets.scripts.matters import calls, first_values, has_model
from nuwidgets.scripts.sections import Section, comment, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import DatasetRecord, SessionRecord

SPECTRUM, REGIONS = "_sr.pha", ("_src.reg", "_bkg.reg")
"""How ``nuwidgets extract`` names them, after the event file."""
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
    used = [record.dataset(name) for name in record.used]
    parts = (
        Section(
            "The fit, for XSPEC",
            f"Written by nuwidgets {__version__}; run it where the spectra are.",
            _settings(record),
        ),
        Section("", "", (*_remarks(used), *_data(used))),
        Section("", "", tuple(_ignored(record))),
        Section("", "", _model(record) if has_model(record) else ()),
        Section("", "", _calls(record)),
    )
    return tuple(part for part in parts if part.code)


def _word(value: object) -> str:
    """Give a word that Tcl and XSPEC take as it is.

    Raises
    ------
    InputError
        If it holds anything else.
    """
    if isinstance(value, str) and re.fullmatch(r"[\w./+%@,:~=-]+", value, re.ASCII):
        return value
    raise InputError(
        f"Cannot write {value!r} for XSPEC: it takes letters, digits and . / + - _ % @ , : ~ ="
        " in names. Rename it, or move it to another folder."
    )


def _settings(record: SessionRecord) -> tuple[str, ...]:
    fit = record.steps["fit"].settings
    return (
        "query yes",
        f"statistic {_word(fit['statistic'])}",
        f"abund {_word(fit['abundance'])}",
        f"xsect {_word(fit['cross_section'])}",
    )


def _remarks(used: Iterable[DatasetRecord]) -> Iterator[str]:
    """Say how the spectra come to be there."""
    if any(one.kind == "events" for one in used):
        yield "# Before, with regions and times saved from the panels under these names:"
    for one in used:
        grouping = one.steps["spectrum"].settings["grouping"]
        if one.kind == "events":
            yield from _tcl_line(_extraction(one))
        elif grouping.kind not in ("file", "none"):
            path = str(one.steps["spectrum"].settings["path"])
            yield from _tcl_line(
                f"ftgrouppha infile={shlex.quote(path)} outfile={shlex.quote(_grouped(path))}"
                f" grouptype={grouping.kind} groupscale={grouping.scale:g}"
            )


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
    grade = screen["max_grade"]
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


def _data(used: list[DatasetRecord]) -> tuple[str, ...]:
    """Give the spectra, each a data group, and what is told beside them."""
    lines, files = [], []
    for number, one in enumerate(used, start=1):
        settings = one.steps["spectrum"].settings
        if one.kind == "events":
            file = _word(_stem(one) + SPECTRUM)
        else:
            regrouped = settings["grouping"].kind not in ("file", "none")
            file = _word(_grouped(settings["path"]) if regrouped else settings["path"])
            row = int(settings.get("row", 0))
            file += f"{{{row}}}" if row else ""
        files.append(f"{number}:{number} {file}")
        words = {"response": "rmf_path", "arf": "arf_path", "backgrnd": "background_path"}
        for word, name in words.items():
            if path := settings.get(name):
                lines.append(f"{word} {number} {_word(path)}")
    return (f"data {' '.join(files)}", *lines)


def _ignored(record: SessionRecord) -> Iterator[str]:
    """Give the ranges, spectra named: XSPEC means the first alone unless it is told."""
    for text in record.steps["fit"].settings["ignore"]:
        for one in ranges.parse(text):
            first, last = (_number(v) for v in (one.first_spectrum, one.last_spectrum))
            spectra = "**" if (first, last) == ("1", "**") else f"{first}-{last}"
            if one.kind == "bad":
                meant = "bad" if spectra == "**" else f"{spectra}:bad"
            else:
                real = one.kind == "energy"
                lo, hi = (_number(v, real=real) for v in (one.lo, one.hi))
                meant = f"{spectra}:{lo}-{hi}"
            yield f"{'notice' if one.notice else 'ignore'} {meant}"


def _number(value: float, *, real: bool = False) -> str:
    if value in (float("inf"), float("-inf")):
        return "**"
    return repr(float(value)) if real else str(int(value))


def _model(record: SessionRecord) -> tuple[str, ...]:
    """Give the model and a line for each parameter: XSPEC asks for them in this order."""
    notes = record.steps["fit"].notes.values()
    said = (line for note in notes for line in _tcl(f"why: {note}"))
    expression = Expression.parse(record.steps["fit"].settings["model"])
    return (*said, f"model {expression.text}", *map(_parameter, first_values(record)))


def _parameter(parameter: Parameter) -> str:
    if parameter.link is not None:
        return f"    = p{int(parameter.link)}"
    delta = -parameter.delta if parameter.frozen else parameter.delta
    limits = (getattr(parameter, n) for n in ("hard_lo", "soft_lo", "soft_hi", "hard_hi"))
    numbers = (parameter.value, delta, *limits)
    return "    " + " ".join(repr(float(number)) for number in numbers)


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
    numbers = settings["numbers"] or [p.number for p in first_values(record) if p.free]
    poor = result is not None and result.statistic > LARGE * max(result.dof, 1)
    ratio = f"maximum {2 * result.statistic / max(result.dof, 1):.1f} " if poor else ""
    rest = " ".join(str(int(number)) for number in numbers)
    return f"error {ratio}{float(settings['delta'])!r} {rest}"
