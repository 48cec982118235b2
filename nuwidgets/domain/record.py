"""A session written down: settings, answered requests and what was done, all plain values.

Session files, scripts and reports are made of this alone; they never see a live session.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nuwidgets.domain.events import Pointing


@dataclass(frozen=True)
class StepRecord:
    """One step at one instant."""

    path: str
    """Where it is: ``"fit"``, ``"60001110002A.regions"``."""
    settings: dict[str, Any]
    """Values by name, in the order of their definition; frozen plain values."""
    usual: dict[str, Any] = field(default_factory=dict)
    """The values that are there when nobody chooses, by name."""
    state: str = "empty"
    """Empty, running, fresh, stale or failed, or kept: fresh, but not in memory."""
    answered: Any = None
    """The request that the product answers; None when there is none."""
    asked: Any = None
    """The same before the answer moved settings: for a fit, with its first values."""
    product: Any = field(default=None, compare=False, repr=False)
    """The product, where it is in memory."""

    @property
    def chosen(self) -> dict[str, Any]:
        """The settings that differ from the usual ones."""
        usual = self.usual
        return {n: v for n, v in self.settings.items() if n not in usual or usual[n] != v}

    @property
    def notes(self) -> dict[str, str]:
        """Why values were chosen, by setting; ``""`` is about the whole step."""
        return dict(self.settings.get("notes", ()))


@dataclass(frozen=True)
class DatasetRecord:
    """One dataset and its steps."""

    name: str
    """Short name, e.g. ``"60001110002A"``."""
    kind: str
    """``"events"`` or ``"spectrum"``: what it was opened from."""
    steps: dict[str, StepRecord]
    """By name, e.g. ``"regions"``; above first."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""


@dataclass(frozen=True)
class Deed:
    """One product that was made: a line of the history."""

    when_s: float
    """End of the computation, s since 1970 (UTC)."""
    step: str
    """Path of the step."""
    says: str
    """The product in a few words."""
    engine: str = ""
    """Name of the engine."""
    version: str = ""
    """Its version."""
    seconds: float = 0.0
    """Time the computation took, s."""
    warnings: tuple[str, ...] = ()
    """What a user should have read."""
    request: Any = field(default=None, repr=False)
    """Everything the product depended on."""
    used: tuple[str, ...] = ()
    """Names of the datasets that the fit spanned then."""


@dataclass(frozen=True)
class SessionRecord:
    """A whole session."""

    datasets: tuple[DatasetRecord, ...] = ()
    """In the order they were added."""
    used: tuple[str, ...] = ()
    """Names of the datasets that the fit spans."""
    steps: dict[str, StepRecord] = field(default_factory=dict)
    """The steps of the session itself, by name: fit, curve, errors, flux."""
    engine: str = "embedded"
    """Name of the engine."""
    engine_version: str = ""
    """Its version."""
    live: bool = True
    """Whether cheap steps follow their settings."""
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    """How panels look, by panel: plain values, nothing that a product depends on."""
    history: tuple[Deed, ...] = ()
    """What was done, oldest first."""
    unknown: dict[str, Any] = field(default_factory=dict)
    """What a newer version wrote and this one does not know, kept as it is."""

    def dataset(self, name: str) -> DatasetRecord:
        """Give one dataset.

        Raises
        ------
        KeyError
            If there is none of this name.
        """
        return {d.name: d for d in self.datasets}[name]

    def step(self, path: str) -> StepRecord:
        """Give one step by its path.

        Raises
        ------
        KeyError
            If there is none.
        """
        dataset, _, name = path.rpartition(".")
        return self.dataset(dataset).steps[name] if dataset else self.steps[name]

    @property
    def every_step(self) -> tuple[StepRecord, ...]:
        """All steps, above first."""
        own = (step for dataset in self.datasets for step in dataset.steps.values())
        return (*own, *self.steps.values())
