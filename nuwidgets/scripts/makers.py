"""Who makes what: an engine is written where a run of the script would ask another one.

A script gives the same products on the same machine, so it says ``"embedded"`` where the embedded
engine made them: a run() with ``"auto"`` asks HEASoft wherever it is installed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.scripts.values import Raw, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord

AUTO, EMBEDDED, HEASOFT = "auto", "embedded", "heasoft"
CHOOSING = ("lightcurve", "spectrum")
"""Steps of a dataset that let an engine be chosen."""


def by_heasoft(step: StepRecord) -> bool:
    """Say whether HEASoft made the product of a step."""
    return bool(getattr(step.answered, "engine", "") == HEASOFT)


def choice_of(step: StepRecord | None) -> str:
    """Give the engine that is set."""
    return str(step.settings.get("engine", AUTO)) if step is not None else AUTO


def asked_with(request: Any, step: StepRecord | None) -> str:
    """Give the setting with which the pipeline, or a task, answers a request as it did."""
    if request.engine == HEASOFT:
        return HEASOFT if choice_of(step) == HEASOFT else AUTO
    return EMBEDDED


def overall_engine(record: SessionRecord, requests: Iterable[Any]) -> str:
    """Give the engine that all of a script is made with; ``"auto"`` where it is not one.

    Parameters
    ----------
    record : SessionRecord
        The session, its datasets those of the script.
    requests : iterable
        Those of the pipeline and of tasks that the script asks again, with the setting `engine`
        of each: pairs.
    """
    told = {engine for _, engine in requests}
    told |= {_maker(record, step) for one in record.datasets for step in _choosing(one)}
    told -= {""}
    if record.engine != EMBEDDED or len(told) != 1:
        return AUTO
    (only,) = told
    whole = only == EMBEDDED or choice_of(record.steps.get("pipeline")) == only
    return only if whole else AUTO


def with_engines(record: SessionRecord, overall: str, *, explicit: bool) -> SessionRecord:
    """Give a session whose light curves and spectra are set to what is to be written of engines.

    Parameters
    ----------
    record : SessionRecord
        The session, its datasets those of the script.
    overall : str
        The engine of the whole script.
    explicit : bool
        Whether datasets may begin with another engine, so that each is told its own.
    """

    def settled(step: StepRecord) -> StepRecord:
        engine = _maker(record, step)
        told = Raw(text(engine)) if engine and (explicit or engine != overall) else AUTO
        return replace(step, settings={**step.settings, "engine": told})

    datasets = tuple(
        replace(
            one,
            steps=one.steps
            | {step.path.rpartition(".")[2]: settled(step) for step in _choosing(one)},
        )
        for one in record.datasets
    )
    return replace(record, datasets=datasets)


def _choosing(dataset: DatasetRecord) -> tuple[StepRecord, ...]:
    if dataset.kind != "events":
        return ()
    return tuple(dataset.steps[name] for name in CHOOSING if name in dataset.steps)


def _maker(record: SessionRecord, step: StepRecord) -> str:
    """Give the setting with which the same engine makes it again; empty where none is needed."""
    choice = choice_of(step)
    if choice != AUTO or step.answered is None:
        return "" if choice == AUTO else choice
    if by_heasoft(step):
        return AUTO
    return EMBEDDED if record.engine == EMBEDDED else ""
