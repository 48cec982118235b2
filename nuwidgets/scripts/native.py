"""A session as Python for nuwidgets itself: run, it gives the same products again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets import __version__
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.scripts.answers import TEXTS, TITLES, results
from nuwidgets.scripts.archive import (
    archive_part,
    archive_sections,
    asked,
    opens_more,
    workspace_section,
)
from nuwidgets.scripts.datasets import (
    add_lines,
    apart,
    file_names,
    shared_by,
    step_sections,
    taken_lines,
)
from nuwidgets.scripts.fits import fit_lines, own_lines
from nuwidgets.scripts.makers import (
    AUTO,
    EMBEDDED,
    asked_with,
    by_heasoft,
    overall_engine,
    with_engines,
)
from nuwidgets.scripts.matters import (
    OVERALL,
    calls,
    choices,
    fresh,
    has_model,
    made,
    needed,
    variables,
)
from nuwidgets.scripts.origins import downloads, opened_by, sought
from nuwidgets.scripts.processed import leads_elsewhere, processed
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tasks import task_part, task_requests, task_section
from nuwidgets.scripts.telling import opens
from nuwidgets.scripts.values import Raw, call, imports, text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from nuwidgets.domain.download import DownloadRequest
    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.scripts.origins import Request


def sections(record: SessionRecord, only: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Give the script of a session, or of some of its steps.

    Parameters
    ----------
    record : SessionRecord
        The session.
    only : tuple of str
        Paths of steps: their settings and calls alone, for a session that is there as ``s``.
    """
    if only:
        return _parts(record, only)
    datasets = needed(record)
    names = variables(datasets)
    origins, calibrated = downloads(record, datasets), processed(record, datasets)
    taken, requests = _taken(record, datasets, origins, calibrated)
    asked_again = _with_engines(record, requests)
    engine = overall_engine(replace(record, datasets=datasets), asked_again)
    runs_tasks = bool(asked_again) or any(map(by_heasoft, record.every_step))
    workspace, told = workspace_section(record, requests if runs_tasks else None)
    other = any(setting != engine for _, setting in asked_again)
    whole = with_engines(record, engine, explicit=other)
    datasets = tuple(whole.dataset(one.name) for one in datasets)
    folder, path_code = file_names(datasets, taken)
    return (
        _head(record, datasets, folder, engine),
        *workspace,
        *archive_sections(record, requests, {**told, ("pipeline", "engine"): engine}),
        *task_section(record, engine),
        *_data(datasets, names, taken),
        *_days(record),
        *_shared(record, names),
        *step_sections(whole, datasets, names, path_code=path_code),
        *_longterm(record),
        *_use(record, datasets, names, always=opens_more(record, requests)),
        *_overall(record, ()),
        *results(record),
    )


def _with_engines(
    record: SessionRecord, requests: Iterable[Request]
) -> tuple[tuple[Any, str], ...]:
    """Give what the pipeline and tasks are asked, each with the setting of its engine."""
    runs = [one for one in requests if isinstance(one, PipelineRequest)]
    steps = (("pipeline", runs), ("task", task_requests(record)))
    return tuple((one, asked_with(one, record.steps.get(n))) for n, every in steps for one in every)


def _parts(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    names = variables(record.datasets)
    return (
        *archive_part(record, only),
        *(task_part(record) if "task" in only else ()),
        *_at_hand(record, names, only),
        *_shared(record, names, only),
        *step_sections(record, record.datasets, names, only),
        *_longterm(record, only),
        *_thumbnails(record, only),
        *_ticked(record, only),
        *_overall(record, only),
    )


def _taken(
    record: SessionRecord,
    datasets: tuple[DatasetRecord, ...],
    origins: dict[str, DownloadRequest],
    calibrated: dict[str, PipelineRequest],
) -> tuple[frozenset[str], tuple[Request, ...]]:
    """Give the names of the datasets that the script opens by asking, and what it asks."""
    brought = [one for one in datasets if opens(record) and one.name in origins]
    by_download = {one.name for one in brought if opened_by(origins[one.name], one)}
    makers = {n: one for n, one in calibrated.items() if n not in by_download}
    requests = asked(record, origins.values(), makers.values())
    if not opens(record, "pipeline"):
        return frozenset(by_download), requests
    runs = [one for one in requests if isinstance(one, PipelineRequest)]
    after = {name: runs.index(one) + 1 for name, one in calibrated.items() if one in runs}
    moved = {
        one.name for one in datasets if leads_elsewhere(record, runs[after.get(one.name, 0) :], one)
    }
    return frozenset((by_download | set(after)) - moved), requests


def _head(
    record: SessionRecord, datasets: tuple[DatasetRecord, ...], folder: str, engine: str
) -> Section:
    pointings = [one.pointing for one in datasets]
    told = [
        ", ".join(dict.fromkeys(filter(None, (getattr(p, name) for p in pointings))))
        for name in ("object_name", "telescope", "obs_id", "instrument")
    ]
    told = told if any(told) else [", ".join(sought(record))]
    title = ", ".join(filter(None, (told[0], " ".join(filter(None, told[1:]))))) or "A session"
    words = f"Written by nuwidgets {__version__}: what led to the products of a session, in order."
    values = [
        choices(step, one)
        for one in datasets
        for step in one.steps.values()
        if step.path.endswith(".regions")
    ]
    paths = ("from pathlib import Path", "") if folder else ()
    start = call("nw.Session", _engine(record, engine), {"live": False}, target="s")
    more = imports(*(list(value.values()) for value in values))
    return Section(title, words, (*paths, "import nuwidgets as nw", *more, "", *start))


def _engine(record: SessionRecord, chosen: str) -> tuple[str, ...]:
    if record.engine != EMBEDDED:
        return (record.engine,)
    return () if chosen == AUTO else (chosen,)


def _data(
    datasets: tuple[DatasetRecord, ...], names: dict[str, str], taken: Container[str]
) -> tuple[Section, ...]:
    if not datasets:
        return ()
    folder, path_code = file_names(datasets, taken)
    there = [one for one in datasets if one.name in taken]
    added = [one for one in datasets if one.name not in taken]
    lines = [line for one in there for line in taken_lines(one, names[one.name])]
    lines += [f"folder = Path({text(folder)})"] if folder else []
    lines += [line for one in added for line in add_lines(one, names[one.name], path_code)]
    return (Section("Data", "", tuple(lines)),)


def _days(record: SessionRecord) -> tuple[Section, ...]:
    """Give the event that days are counted from."""
    event_mjd = record.steps["find"].settings.get("event_mjd") if "find" in record.steps else None
    if event_mjd is None:
        return ()
    return (
        Section("Days are counted from this event", "", (f"s.find.event_mjd = {event_mjd!r}",)),
    )


def _shared(
    record: SessionRecord, names: dict[str, str], only: tuple[str, ...] = ()
) -> tuple[Section, ...]:
    """Give the regions that observations share; who has others is named as the script names it."""
    if "shared" in only:
        lines = own_lines(record, "shared")
    elif only or not shared_by(record):
        return ()
    else:
        own = [Raw(f"{names[name]}.name") for name in apart(record) if name in names]
        left_out = call("s.shared.leave_out", own) if own else ()
        lines = (*left_out, *own_lines(record, "shared", ("apart",)))
    return (Section("Regions of all observations", "", lines),) if lines else ()


def _longterm(record: SessionRecord, only: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Give the rates of all observations."""
    wanted = "longterm" in only if only else made(record.steps.get("longterm"))
    if not wanted:
        return ()
    said = "The net rate in each observation, or its upper limit where nothing is detected."
    code = (*own_lines(record, "longterm"), "s.longterm.run()")
    printed = () if only else ("print(s.longterm.product)",)
    return (Section("Long-term light curve", said, (*code, *printed)),)


def _thumbnails(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    """Give the small images, where they are asked for."""
    if "thumbnails" not in only:
        return ()
    code = (*own_lines(record, "thumbnails"), "s.thumbnails.run()")
    return (Section("Small images", "", code),)


def _at_hand(
    record: SessionRecord, names: dict[str, str], only: tuple[str, ...]
) -> tuple[Section, ...]:
    """Name the datasets of the steps, add those that are asked for, import what is written."""
    lines: list[str] = []
    values: list[Any] = []
    for one in record.datasets:
        asked = [step for step in one.steps.values() if step.path in only]
        values += [value for step in asked for value in choices(step, one).values()]
        if f"{one.name}.events" in only:
            lines += add_lines(one, names[one.name], text)
        elif asked:
            lines.append(f"{names[one.name]} = s.datasets[{text(one.name)}]")
    code = (*imports(values), *lines)
    return (Section("", "", code),) if code else ()


def _use(
    record: SessionRecord,
    datasets: tuple[DatasetRecord, ...],
    names: dict[str, str],
    *,
    always: bool,
) -> tuple[Section, ...]:
    overall = any(made(record.steps.get(name)) for name in OVERALL)
    used = [one.name for one in datasets if one.name in record.used]
    same = record.used == tuple(one.name for one in datasets) and not always
    if same or not (overall or has_model(record)):
        return ()
    used = [name for name in record.used if name in used]
    code = call("s.use", [Raw(f"{names[name]}.name") for name in used])
    return (Section("Spectra that are fitted", "", code),)


def _ticked(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    if "series" not in only or len(record.used) == len(record.datasets):
        return ()
    return (Section("Spectra that are fitted", "", call("s.use", record.used)),)


def _overall(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    """Give the steps of the session in the order of their calls; the fit's settings first."""
    if not record.datasets:
        return ()
    run = tuple(name for name in OVERALL if name in only) if only else calls(record)
    found: list[Section] = []
    if has_model(record) and not only and run[:1] != ("fit",):  # others need its settings first
        found.append(Section("Model", "", fit_lines(record)))
    for name in run:
        own = fit_lines(record) if name == "fit" else own_lines(record, name)
        told = name == "fit" and bool(found)
        ready = name != "fit" or has_model(record)
        code = (
            *(() if told else own),
            *_out_of_date(record, name),
            *((f"s.{name}.run()",) if ready else ()),
        )
        found.append(Section(TITLES[name], TEXTS[name], code))
    return tuple(found)


def _out_of_date(record: SessionRecord, name: str) -> tuple[str, ...]:
    step = record.steps[name]
    if not made(step) or fresh(step):
        return ()
    return comment(
        f"The product of s.{name} was out of date when this was written; it is made anew from"
        " the settings above."
    )
