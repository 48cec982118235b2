"""A search and its downloads as code: what was asked is asked again, in its order.

Of each request only what differs from the one before it is written. What was changed since, and not
asked with, is set at the end and not run.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.download import DownloadRequest
from nuwidgets.missions.base import missions
from nuwidgets.scripts.fits import own_lines, why
from nuwidgets.scripts.matters import ARCHIVE, USUAL, fresh
from nuwidgets.scripts.origins import KINDS, answered, parts
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.values import assign, call, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.scripts.origins import Request

Values = dict[tuple[str, str], Any]
"""Values of settings, by step and name."""
_SELECTED = ("find", "selected")
_STEPS = {kind: step for step, kind in KINDS.items()}


def archive_section(
    record: SessionRecord, brought: Iterable[DownloadRequest] = ()
) -> tuple[Section, ...]:
    """Give how observations were found and downloaded; nothing where nothing was.

    Parameters
    ----------
    record : SessionRecord
        The session.
    brought : iterable of DownloadRequest
        The downloads that datasets of the script come from.
    """
    requests = asked(record, brought)
    if not requests:
        return ()
    teller, now = _Teller(record), _now(record)
    for request in requests:
        run, values = _STEPS[type(request)], _values(request)
        if run == "find" and fresh(record.steps["find"]):
            values[_SELECTED] = now[_SELECTED]
        teller.tell(values, ("find",) if run == "find" else ("find", run))
    teller.tell_rest(now)
    fetched = any(isinstance(request, DownloadRequest) for request in requests)
    title = "Find and download" if fetched else "Find"
    words = "What is in the folder already, whole and unchanged, is not fetched again."
    return (Section(title, words if fetched else "", tuple(teller.lines)),)


def opens(record: SessionRecord) -> bool:
    """Whether a download of the script opens datasets by itself."""
    step = record.steps.get("download")
    return step is None or bool(step.settings.get("opens", True))


def opens_more(record: SessionRecord, brought: Iterable[DownloadRequest]) -> bool:
    """Whether the script's downloads may open datasets that are not asked for."""
    requests = asked(record, brought) if opens(record) else ()
    return any(isinstance(request, DownloadRequest) for request in requests)


def asked(record: SessionRecord, brought: Iterable[DownloadRequest]) -> tuple[Request, ...]:
    """Give the requests that are to be asked again, oldest first.

    Parameters
    ----------
    record : SessionRecord
        The session; what its steps have answered comes last.
    brought : iterable of DownloadRequest
        The downloads that datasets come from.
    """
    brought = tuple(brought)
    earlier = [deed.request for deed in record.history if deed.request in brought]
    last = {name: answered(record, name) for name in ARCHIVE}
    found: list[Any] = list(dict.fromkeys((*earlier, *brought)))
    found = [one for one in found if one != last["download"]]
    for name in ("download", "files", "find"):  # each was asked after the one before it, or with it
        known = [part for one in found[-1:] for part in parts(one)]
        if last[name] is not None and last[name] not in known:
            found.append(last[name])
    return tuple(found)


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
        own |= {"selected": now[_SELECTED]} if name == "files" else {}
        found = kind(**own) if found is None else kind(found, **own)
    request: Request = found
    return request


def _values(request: Any) -> Values:
    """Give the settings that a request was made from."""
    found: Values = {}
    for part in reversed(parts(request)):
        step = _STEPS[type(part)]
        for name in (field.name for field in fields(part)):
            value = getattr(part, name)
            if type(value) not in _STEPS:
                found[_SELECTED if name == "selected" else (step, name)] = value
    return found


def _now(record: SessionRecord) -> Values:
    """Give the settings of now."""
    steps = {name: record.steps[name].settings for name in ARCHIVE if name in record.steps}
    names = ((step, name) for step in steps for name in USUAL[step] if name in steps[step])
    return {_SELECTED: (), **{(step, name): steps[step][name] for step, name in names}}


class _Teller:
    """Writes settings and calls, one request after another.

    Parameters
    ----------
    record : SessionRecord
        Its notes are told, each once; what is in no request is as it is now from the beginning.
    """

    def __init__(self, record: SessionRecord) -> None:
        self._notes = {n: record.steps[n].notes for n in ARCHIVE if n in record.steps}
        self._state: Values = {(s, n): v for s in ARCHIVE for n, v in USUAL[s].items()}
        self._first = {("download", "opens"): opens(record)}
        self._searched = False
        self.lines: list[str] = []
        """What was written."""

    def tell(self, wanted: Values, runs: tuple[str, ...] = ()) -> None:
        """Write what makes the settings those that are wanted, and call steps."""
        selected = wanted.get(_SELECTED)
        wanted = {**self._state, **self._first, **wanted}
        self._first = {}
        moved = self._set("find", wanted, runs)
        if "find" in runs and (moved or not self._searched):
            self.lines.append("s.find.run()")
            self._searched = True
            if self._state[_SELECTED]:
                self._state[_SELECTED] = None  # those that are not found are forgotten
        if selected is not None:
            self._select(selected)
        for step in ("files", "download"):
            self._set(step, wanted, runs)
            if step in runs:
                self.lines.append(f"s.{step}.run()")

    def tell_rest(self, wanted: Values) -> None:
        """Write the settings of now; a comment says that nothing was asked with those."""
        before = len(self.lines)
        self.tell(wanted)
        if self.lines[before:]:
            words = "Set, but not used when this was written:"
            self.lines[before:before] = comment(words)

    def _set(self, step: str, wanted: Values, runs: tuple[str, ...]) -> bool:
        names = [name for name in USUAL[step] if (step, name) != _SELECTED]
        found: list[str] = []
        for name in names:
            key, note = (step, name), self._note(step, name)
            if wanted[key] != self._state[key] or note:
                found += (*note, *assign(f"s.{step}.{name}", setting(wanted[key])))
            self._state[key] = wanted[key]
        if found or step in runs:
            self.lines += (*self._note(step, ""), *found)
        return bool(found)

    def _note(self, step: str, about: str) -> tuple[str, ...]:
        """Give why a setting is as it is, once."""
        return why(self._notes.get(step, {}).pop(about, ""))

    def _select(self, obs_ids: tuple[str, ...]) -> None:
        if obs_ids != self._state[_SELECTED]:
            self.lines += self._note(*_SELECTED)
            self.lines += select_lines(obs_ids)
            self._state[_SELECTED] = obs_ids


def select_lines(obs_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Write which observations are chosen."""
    return call("s.find.select", obs_ids) if obs_ids else ("s.find.selected = ()",)


def archive_part(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    """Give settings and calls of some of the archive's steps, as they are now."""
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
    return (Section("", "", tuple(lines)),) if lines else ()
