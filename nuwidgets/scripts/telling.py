"""Settings and calls of the steps that bring data, written one request after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.scripts.fits import why
from nuwidgets.scripts.matters import ARCHIVE
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.usual import USUAL
from nuwidgets.scripts.values import assign, call, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.record import SessionRecord

Values = dict[tuple[str, str], Any]
"""Values of settings, by step and name."""
SELECTED = ("find", "selected")
BRINGING = (*ARCHIVE, "pipeline")
"""Steps that bring data, in their order."""


def opens(record: SessionRecord, name: str = "download") -> bool:
    """Whether a download of the script, or its pipeline, opens datasets by itself."""
    step = record.steps.get(name)
    return step is None or bool(step.settings.get("opens", True))


class Teller:
    """Writes settings and calls, one request after another.

    Parameters
    ----------
    record : SessionRecord
        Its notes are told, each once; what is in no request is as it is now from the beginning.
    told : dict
        What the script has set already, by step and name.
    """

    def __init__(self, record: SessionRecord, told: Mapping[tuple[str, str], Any]) -> None:
        self._notes = {n: record.steps[n].notes for n in BRINGING if n in record.steps}
        self._state: Values = {(s, n): v for s in BRINGING for n, v in USUAL[s].items()}
        self._state |= told
        self._always = {(name, "opens"): opens(record, name) for name in ("download", "pipeline")}
        self._searched = False
        self._lines: list[str] = []
        self.blocks: list[tuple[bool, list[str]]] = []
        """What was written: whether it is about the pipeline, and the lines."""

    def tell(self, wanted: Values, runs: tuple[str, ...] = ()) -> None:
        """Write what makes the settings those that are wanted, and call steps."""
        calibrates = "pipeline" in runs
        if runs and [calibrates] != [about for about, _ in self.blocks[-1:]]:
            self._lines = []
            self.blocks.append((calibrates, self._lines))
        selected = wanted.get(SELECTED)
        wanted = {**self._state, **self._always, **wanted}
        for step in ("pipeline",) if calibrates else ARCHIVE if runs else BRINGING:
            moved = self._set(step, wanted, runs)
            if step == "find":
                self._search(again=step in runs and moved, first=step in runs)
                if selected is not None:
                    self._select(selected)
            elif step in runs:
                self._lines.append(f"s.{step}.run()")

    def _search(self, *, again: bool, first: bool) -> None:
        if again or (first and not self._searched):
            self._lines.append("s.find.run()")
            self._searched = True
            if self._state[SELECTED]:
                self._state[SELECTED] = None  # those that are not found are forgotten

    def tell_rest(self, wanted: Values) -> None:
        """Write the settings of now; a comment says that nothing was asked with those."""
        before = len(self._lines)
        self.tell(wanted)
        if self._lines[before:]:
            words = "Set, but not used when this was written:"
            self._lines[before:before] = comment(words)

    def _set(self, step: str, wanted: Values, runs: tuple[str, ...]) -> bool:
        names = [name for name in USUAL[step] if (step, name) != SELECTED]
        found: list[str] = []
        for name in names:
            key, note = (step, name), self._note(step, name)
            if wanted[key] != self._state[key] or note:
                found += (*note, *assign(f"s.{step}.{name}", setting(wanted[key], name)))
            self._state[key] = wanted[key]
        if found or step in runs:
            self._lines += (*self._note(step, ""), *found)
        return bool(found)

    def _note(self, step: str, about: str) -> tuple[str, ...]:
        """Give why a setting is as it is, once."""
        return why(self._notes.get(step, {}).pop(about, ""))

    def _select(self, obs_ids: tuple[str, ...]) -> None:
        if obs_ids != self._state[SELECTED]:
            self._lines += self._note(*SELECTED)
            self._lines += select_lines(obs_ids)
            self._state[SELECTED] = obs_ids


def select_lines(obs_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Write which observations are chosen."""
    return call("s.find.select", obs_ids) if obs_ids else ("s.find.selected = ()",)
