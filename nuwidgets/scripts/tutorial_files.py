"""The tutorial's spectra as files: which XSPEC loads, and what groups them beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, file_safe, setting
from nuwidgets.scripts.tutorial_groups import GROUPED, grouped, grouping_words
from nuwidgets.scripts.values import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
    from nuwidgets.scripts.tutorial_data import Observed


@dataclass(frozen=True)
class Loaded:
    """A spectrum as XSPEC loads it."""

    record: DatasetRecord
    """The dataset."""
    file: str
    """Path of the spectrum."""
    beside: str
    """Folder in which the files lie that it names: background, RMF and ARF."""
    row: int = 0
    """Which spectrum of a type II file, from 1; 0 for a type I file."""
    observed: Observed | None = None
    """What it was made from; None for a spectrum file."""


def loaded(record: SessionRecord, observations: tuple[Observed, ...]) -> tuple[Loaded, ...]:
    """Give the spectra of the fit, each a data group, in their order."""
    known = {one.record.name: one for one in observations}
    return tuple(_loaded(record.dataset(name), known.get(name)) for name in record.used)


def _loaded(dataset: DatasetRecord, one: Observed | None) -> Loaded:
    if one is not None:
        folder = one.home("spectra").format(stem=one.stem)
        name = f"{one.stem}_grp.pha" if grouped(one) else one.product("sr.pha").format(**one.row)
        return Loaded(dataset, f"{folder}/{name}", folder, observed=one)
    made_here = f"spectra/{file_safe(dataset.name)}_grp.pha"
    if dataset.kind == "events":
        return Loaded(dataset, made_here, "spectra")
    step = dataset.steps["spectrum"]
    path, row = step.settings.get("path", ""), int(step.settings.get("row", 0))
    folder = PurePath(path).parent.as_posix()
    if setting(step, "grouping").kind == "file":
        return Loaded(dataset, path, folder, row)
    return Loaded(dataset, made_here, folder)


def file_sections(spectra: tuple[Loaded, ...]) -> Iterator[Section]:
    """Give how spectrum files are grouped otherwise than they are."""
    lines: list[str] = []
    for one in spectra:
        step = one.record.steps["spectrum"]
        if one.record.kind == "spectrum" and one.file != step.settings.get("path"):
            lines += _group_file(one, step)
    if lines:
        head = ('os.makedirs("spectra", exist_ok=True)',)
        yield Section(
            "Group spectrum files", "ftgrouppha joins channels into bins.", (*head, *lines)
        )


def _group_file(one: Loaded, step: StepRecord) -> tuple[str, ...]:
    grouping = setting(step, "grouping")
    links = dict(getattr(step.product, "links", ()))
    beside = {
        name: _beside(step.settings.get(own, ""), links.get(keyword, ""), one.beside)
        for name, own, keyword in (
            ("backfile", "background_path", "BACKFILE"),
            ("respfile", "rmf_path", "RESPFILE"),
        )
    }
    told = grouping.kind in GROUPED  # else every channel is a bin, whatever the file says
    row = int(step.settings.get("row", 0))
    named = {
        "infile": step.settings.get("path", ""),
        **{name: path for name, path in beside.items() if path},
        "outfile": one.file,
        **(grouping_words(grouping) if told else {"grouptype": "constant", "groupscale": 1}),
        **({"rows": str(row)} if row else {}),
        **TASK,
    }
    lost = grouping.kind.startswith("opt") and not beside["respfile"]
    words = f"{grouping.kind} needs respfile, the spectrum's RMF, which the session does not know."
    return (*(comment(words) if lost else ()), *call("hsp.ftgrouppha", (), named))


def _beside(own: str, linked: str, folder: str) -> str:
    """Give the path of a file that belongs to a spectrum; empty where there is none."""
    if own:
        return "" if own.lower() == "none" else own
    if linked.strip().lower() in ("", "none", "%match%"):
        return ""
    return (PurePath(folder) / linked.strip()).as_posix()
