"""A search, its downloads and the pipeline as code: what was asked is asked again, in its order.

Of each request only what differs from the one before it is written. What was changed since, and not
asked with, is set at the end and not run.
"""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.missions.base import missions
from nuwidgets.scripts.fits import own_lines, why
from nuwidgets.scripts.makers import AUTO, HEASOFT, asked_with, choice_of
from nuwidgets.scripts.matters import ARCHIVE, fresh
from nuwidgets.scripts.origins import KINDS, answered, parts
from nuwidgets.scripts.sections import Section
from nuwidgets.scripts.telling import BRINGING, SELECTED, Teller, Values, opens, select_lines
from nuwidgets.scripts.usual import USUAL
from nuwidgets.scripts.values import assign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.scripts.origins import Request

_STEPS = {kind: step for step, kind in KINDS.items()}
PIPELINE = "Calibrate and screen"
"""Heading of the pipeline's part."""


def archive_sections(
    record: SessionRecord,
    requests: Iterable[Request],
    told: Mapping[tuple[str, str], Any] = MappingProxyType({}),
) -> tuple[Section, ...]:
    """Give how observations were found, downloaded and calibrated; nothing where nothing was.

    Parameters
    ----------
    record : SessionRecord
        The session.
    requests : iterable
        What is asked again, oldest first: from `asked`.
    told : dict
        What the script has set already, by step and name.
    """
    requests = tuple(requests)
    if not requests:
        return ()
    teller, now = Teller(record, told), _now(record)
    for request in requests:
        run, values = _STEPS[type(request)], _values(request)
        if run == "find" and fresh(record.steps["find"]):
            values[SELECTED] = now[SELECTED]
        if isinstance(request, PipelineRequest):
            values["pipeline", "engine"] = asked_with(request, record.steps.get("pipeline"))
        teller.tell(values, (run,) if run in ("find", "pipeline") else ("find", run))
    teller.tell_rest(now)
    return tuple(_titled(teller.blocks, requests))


def _titled(
    blocks: Iterable[tuple[bool, list[str]]], requests: Iterable[Request]
) -> Iterator[Section]:
    """Give a section for each block of lines; the same sentence once."""
    fetched = any(isinstance(request, DownloadRequest) for request in requests)
    runs = any(isinstance(one, PipelineRequest) and one.engine == HEASOFT for one in requests)
    told = {
        False: "What is in the folder already, whole and unchanged, is not fetched again."
        if fetched
        else "",
        True: "What ended well before, of the same files and parameters, is not run again."
        if runs
        else "The events are those that the archive has cleaned.",
    }
    for calibrates, lines in blocks:
        title = PIPELINE if calibrates else "Find and download" if fetched else "Find"
        yield Section(title, told[calibrates], tuple(lines))
        told[calibrates] = ""


def opens_more(record: SessionRecord, requests: Iterable[Request]) -> bool:
    """Whether what the script asks may open datasets that are not asked for."""
    kinds = {"download": DownloadRequest, "pipeline": PipelineRequest}
    opening = tuple(kind for name, kind in kinds.items() if opens(record, name))
    return any(isinstance(request, opening) for request in requests)


def asked(
    record: SessionRecord,
    brought: Iterable[DownloadRequest],
    calibrated: Iterable[PipelineRequest] = (),
) -> tuple[Request, ...]:
    """Give the requests that are to be asked again, oldest first.

    Parameters
    ----------
    record : SessionRecord
        The session; what its steps have answered comes last.
    brought : iterable of DownloadRequest
        The downloads that datasets come from.
    calibrated : iterable of PipelineRequest
        The runs of the pipeline that datasets come from.
    """
    wanted = (*brought, *calibrated)
    earlier = [deed.request for deed in record.history if deed.request in wanted]
    last = {name: answered(record, name) for name in BRINGING}
    pipeline: Any = last["pipeline"]
    found: list[Any] = list(dict.fromkeys((*earlier, *wanted)))
    found = [one for one in found if one not in (last["download"], pipeline)]
    apart = pipeline is not None and pipeline.download is None
    found += [pipeline] if pipeline is not None and not apart else []
    for name in ("download", "files", "find"):  # each was asked after the one before it, or with it
        if last[name] is not None and last[name] not in _standing(found):
            found.append(last[name])
    return tuple(_resting((*found, pipeline) if apart else found))


def _standing(found: list[Any]) -> list[Any]:
    """Give what the archive's steps have answered after some requests, the search last."""
    known = (parts(one) for one in reversed(found))
    return next((one for one in known if not isinstance(one[-1], PipelineRequest)), [])


def _resting(requests: Iterable[Any]) -> list[Any]:
    """Let each download that a pipeline rests on be asked just before it."""
    found: list[Any] = []
    for one in requests:
        if isinstance(one, PipelineRequest) and one.download not in (None, *_standing(found)):
            found.append(one.download)
        found.append(one)
    return found


def request_of_now(record: SessionRecord, only: Iterable[str]) -> Request | None:
    """Give what is asked with the settings of now by the last of some steps of the archive."""
    now = _now(record)
    wanted = [name for name in ARCHIVE if name in only and name in record.steps]
    if not wanted or not now.get(("find", "target")):
        return None
    if now.get(("find", "mission")) not in missions():
        return None
    found: Any = None
    for name in ARCHIVE[: ARCHIVE.index(wanted[-1]) + 1]:
        kind = KINDS[name]
        own = {f.name: now[name, f.name] for f in fields(kind) if (name, f.name) in now}
        own |= {"selected": now[SELECTED]} if name == "files" else {}
        found = kind(**own) if found is None else kind(found, **own)
    request: Request = found
    return request


def _values(request: Any) -> Values:
    """Give the settings that a request was made from."""
    found: Values = {}
    for part in reversed(parts(request)):
        step = _STEPS[type(part)]
        for name in (field.name for field in fields(part)):
            key = SELECTED if name == "selected" else (step, name)
            if key[1] in USUAL[key[0]]:
                found[key] = getattr(part, name)
    return found


def _now(record: SessionRecord) -> Values:
    """Give the settings of now; not an engine that nobody chose."""
    steps = {name: record.steps[name].settings for name in BRINGING if name in record.steps}
    names = ((step, name) for step in steps for name in USUAL[step] if name in steps[step])
    found = {SELECTED: (), **{(step, name): steps[step][name] for step, name in names}}
    if choice_of(record.steps.get("pipeline")) == AUTO:
        found.pop(("pipeline", "engine"), None)
    return found | _whole_folder(record, found)


def _whole_folder(record: SessionRecord, now: Values) -> Values:
    """Give the folder of the download whole where the setting is the end of what was asked."""
    key = ("download", "folder")
    asked, folder = answered(record, "download"), str(now.get(key, ""))
    same = isinstance(asked, DownloadRequest) and asked.folder.endswith(f"/{folder}")
    return {key: asked.folder} if same and isinstance(asked, DownloadRequest) else {}


def workspace_section(
    record: SessionRecord, requests: Iterable[Request] | None
) -> tuple[tuple[Section, ...], Values]:
    """Give where runs of tasks are kept, where no download says it; and what is set by that.

    Parameters
    ----------
    record : SessionRecord
        The session.
    requests : iterable or None
        What the script asks again; None where it runs no task.
    """
    if requests is None:
        return (), {}
    key = ("download", "folder")
    now = _now(record).get(key, USUAL["download"]["folder"])
    told = any(isinstance(part, DownloadRequest) for one in requests for part in parts(one))
    if told or now == USUAL["download"]["folder"]:
        return (), {}
    words = "Runs of tasks are kept in the folder runs in it, with all that they make."
    return (Section("Workspace", words, assign("s.download.folder", now)),), {key: now}


def archive_part(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    """Give settings and calls of some of the steps that bring data, as they are now."""
    lines: list[str] = []
    chosen = record.steps["find"].settings if "find" in record.steps else {}
    target, obs_ids = chosen.get("target", ""), chosen.get("selected", ())
    for name in (name for name in ARCHIVE if name in only):
        lines += own_lines(record, name, ("selected",))
        ready = bool(target) and (name == "find" or bool(obs_ids))
        again = name == "files" and "download" in only  # it lists them too
        lines += [f"s.{name}.run()"] if ready and not again else []
        if name == "find" and obs_ids:
            lines += (*why(record.steps["find"].notes.get("selected", "")), *select_lines(obs_ids))
    if "pipeline" in only:
        lines += own_lines(record, "pipeline")
        ready = bool(obs_ids) or bool(record.steps["pipeline"].settings.get("folders"))
        lines += ["s.pipeline.run()"] if ready else []
    return (Section("", "", tuple(lines)),) if lines else ()
