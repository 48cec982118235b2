"""Where the tasks that make one product are run: inputs named by content, failures as errors.

What a task reads beside the archive's files is named after its content. The same region, or the
same good times, are the same file, so the same run is not made twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.gti import write_gti
from nuwidgets.files.task_regions import write_task_region

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest
    from nuwidgets.domain.task import Plain, TaskRequest, TaskRun
    from nuwidgets.engines.heasoft.engine import HeasoftEngine
    from nuwidgets.missions.base import Mission

REGIONS, TIMES = "regions", "gti"
"""Folders of what is written for tasks, among the runs."""


@dataclass(frozen=True)
class Bench:
    """Runs the tasks of one product."""

    engine: HeasoftEngine
    """Whose runs they are."""
    token: Any
    """Stops them, and hears how far they are."""

    def run(self, request: TaskRequest) -> TaskRun:
        """Give a run that ended well; at once where it was made before.

        Raises
        ------
        EngineError
            If it did not end well; says what went wrong, with the log's last lines.
        """
        return self.engine.run(request, self.token)

    def region(self, region: Region, events: Events, task: str) -> str:
        """Give the path of a region in the dialect of a task."""
        key = _key(region, events.plane, task)
        return self._kept(
            REGIONS, f"{key}.reg", lambda path: write_task_region(path, region, events.plane, task)
        )

    def regions(self, request: SelectionRequest, events: Events, task: str) -> dict[str, Plain]:
        """Give what a task is told of source and background region, as its parameters."""
        prefix = "src" if task == "nuproducts" else ""
        told: dict[str, Plain] = {
            f"{prefix}regionfile": self.region(request.source, events, task),
            "bkgextract": bool(request.background),
        }
        if request.background:
            told["bkgregionfile"] = self.region(request.background, events, task)
        return told

    def times(self, gti: Gti, events: Events) -> str:
        """Give the path of a table of good times.

        Raises
        ------
        InputError
            If there is none.
        """
        if not gti.intervals:
            raise InputError(
                "Cannot run HEASoft's tasks: no good time is chosen. Widen the chosen times."
            )
        pointing = events.pointing
        key = _key(gti, pointing.telescope, pointing.mjdref_days, pointing.timesys)
        return self._kept(TIMES, f"{key}.gti", lambda path: write_gti(path, gti, pointing))

    def _kept(self, folder: str, name: str, write: Callable[[Path], None]) -> str:
        """Give the path of a file that is written once; its time of change then stays."""
        home = Path(self.engine.home).absolute() / "runs" / folder
        path = home / name
        if path.is_file():
            return str(path)
        part = home / f".{uuid4().hex}.{name}"  # another thread may write the same
        try:
            home.mkdir(parents=True, exist_ok=True)
            write(part)
            part.replace(path)
        except OSError as error:
            raise FileError(
                f"Cannot write {str(path)!r}, which HEASoft's tasks are to read: {error}. Check"
                " that the folder may be written to, and has room."
            ) from error
        return str(path)


def _key(*content: object) -> str:
    """Give a name for what is written: frozen values of plain numbers show all of themselves."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def channels_of(mission: Mission, band: Band) -> dict[str, Plain]:
    """Give a band as channels, first and last, as the tasks' parameters."""
    first, past = mission.channels(band)
    return {"pilow": first, "pihigh": max(past - 1, first)}


def events_path(screen: ScreenRequest) -> Path:
    """Give the event file as a whole path."""
    return Path(screen.events.path).expanduser().absolute()


def subject_of(events: Events) -> str:
    """Give whose products are made, e.g. ``"60001110002 FPMA"``."""
    return f"{events.pointing.obs_id} {events.pointing.instrument}".strip()


def provenance_of(run: TaskRun, *said: str) -> Provenance:
    """Give where the products of a run come from, with what is to be said of them."""
    warnings = dict.fromkeys((*run.provenance.warnings, *said))
    return Provenance(
        warnings=tuple(text for text in warnings if text),
        log_tail=run.log_tail,
        log_path=run.log_path,
        sidecar_path=run.sidecar_path,
        versions=run.provenance.versions,
    )


def needed(run: TaskRun, ending: str, what: str) -> str:
    """Give the product of a run whose name ends so.

    Raises
    ------
    FileError
        If it is missing, though the task ended well.
    """
    path = run.path(ending)
    if path:
        return path
    there = ", ".join(run.files) or "nothing"
    raise FileError(
        f"{run.name} ended well, but left no {what} (*{ending}) in {run.folder!r}, only {there}."
        f" See its log {run.log_path!r}."
    )
