"""The calibration and screening of observations: one run for each observation and module."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.download import DownloadRequest
    from nuwidgets.domain.task import Parameters, TaskRun

BOTH = "both"


@dataclass(frozen=True)
class PipelineRequest:
    """Ask that observations are calibrated and screened."""

    download: DownloadRequest | None = None
    """The download whose observations are meant; None where `folders` names them."""
    folders: tuple[str, ...] = ()
    """Folders of observations, where they are not those of the download."""
    instrument: str = BOTH
    """Module, ``"FPMA"`` or ``"FPMB"``, or ``"both"``."""
    parameters: Parameters = ()
    """Parameters of the mission's task that differ from the tutorial's, as pairs."""
    engine: str = ""
    """Who does it: ``"heasoft"``, or empty for what the archive has cleaned."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of what it reads: a changed file is another one."""


@dataclass(frozen=True)
class Pipeline:
    """How each observation and module fared."""

    runs: tuple[TaskRun, ...] = ()
    """One for each observation and module, in their order."""
    request: PipelineRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    @property
    def failed(self) -> dict[str, str]:
        """What went wrong, by subject; empty if all went well."""
        return {run.subject: run.problem or run.state for run in self.runs if not run.ok}

    def __getitem__(self, subject: str) -> TaskRun:
        """Give the run of a subject, e.g. ``"60001110002 FPMA"``; KeyError if there is none."""
        return {run.subject: run for run in self.runs}[subject]

    def __repr__(self) -> str:
        counts = Counter(run.state for run in self.runs)
        said = ", ".join(f"{n} {state}" for state, n in counts.items())
        return f"<Pipeline: {said or 'no runs'}>"
