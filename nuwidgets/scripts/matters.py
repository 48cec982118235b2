"""What of a session matters for its products: datasets, settings, first values, what to call."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.grouping import Grouping
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import known_mission, missions
from nuwidgets.missions.suggested import suggested
from nuwidgets.scripts.usual import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord

ARCHIVE = ("find", "files", "download")
"""Steps of the session that bring data, in their order."""
ENDS = ("image", "lightcurve", "hardness", "power", "period", "spectrum")
"""Steps of a dataset whose products people want."""
OVERALL = (
    "fit", "errors", "flux", "luminosity", "eqwidth", "contours", "chain", "goodness", "fake",
    "compare_fit", "curve", "series",
)  # fmt: skip
"""Steps of the session, in the order in which they are called."""
FRESH = ("fresh", "kept")
"""States of a step whose product answers the settings of now."""
FILES = ("path", "hk_path", "background_path", "rmf_path", "arf_path")
"""Settings that name files."""


def check_paths(record: SessionRecord, only: Iterable[str]) -> None:
    """Refuse paths that no step has.

    Raises
    ------
    InputError
        If there is no such step.
    """
    known = [step.path for step in record.every_step]
    for path in only:
        if path not in known:
            raise InputError(f"Cannot write code for {path!r}. {nearest(path, known)}")


def made(step: StepRecord | None) -> bool:
    """Say whether there is a product, up to date or not."""
    return step is not None and step.answered is not None


def fresh(step: StepRecord | None) -> bool:
    """Say whether there is a product that answers the settings of now."""
    return step is not None and made(step) and step.state in FRESH


def has_model(record: SessionRecord) -> bool:
    """Say whether there is something to fit."""
    fit = record.steps.get("fit")
    return bool(fit and fit.settings.get("model"))


def fitted(record: SessionRecord, dataset: DatasetRecord) -> bool:
    """Say whether a dataset takes part in the fit, or would."""
    overall = any(made(record.steps.get(name)) for name in OVERALL)
    return dataset.name in record.used and (overall or has_model(record))


def needed(record: SessionRecord) -> tuple[DatasetRecord, ...]:
    """Give the datasets that have products or are fitted; all, where there is nothing yet.

    A long-term light curve is one of all event files.
    """
    counted = ("events",) if made(record.steps.get("longterm")) else ()
    found = tuple(
        one
        for one in record.datasets
        if one.kind in counted
        or fitted(record, one)
        or any(made(one.steps.get(name)) for name in ENDS)
    )
    return found or record.datasets


def variables(datasets: Iterable[DatasetRecord]) -> dict[str, str]:
    """Give each dataset the name of a variable: its module's letter if that tells them apart."""
    datasets = tuple(datasets)
    modules = {
        instrument: letter.lower()
        for mission in missions().values()
        for instrument, letter in zip(mission.instruments, mission.modules, strict=True)
    }
    letters = [modules.get(one.pointing.instrument, "") for one in datasets]
    if not all(letters) or len(set(letters)) < len(letters):
        free = [letter for letter in string.ascii_lowercase if letter not in "los"]
        many = len(datasets) > len(free)
        letters = [f"d{n}" if many else free[n - 1] for n in range(1, len(datasets) + 1)]
    return dict(zip((one.name for one in datasets), letters, strict=True))


def chosen_grade(dataset: DatasetRecord) -> int | None:
    """Give the largest grade that was chosen; None where all good events of the mode are kept."""
    screen = dataset.steps.get("screen")
    chosen: int | None = screen.settings.get("max_grade") if screen is not None else None
    mission = known_mission(dataset.pointing.telescope)
    usual = suggested(mission, dataset.pointing).get("screen", {}) if mission is not None else {}
    return None if chosen == usual.get("max_grade") else chosen


def choices(step: StepRecord, dataset: DatasetRecord | None = None) -> dict[str, Any]:
    """Give the settings to be written: not what a new session has anyway, but for regions.

    A setting with a note is written in any case.
    """
    name = step.path.rpartition(".")[2]
    kind = f"{name} file" if dataset and dataset.kind == "spectrum" else name
    usual = {**USUAL[kind]}
    mission = known_mission(dataset.pointing.telescope) if dataset else None
    if mission and dataset and dataset.kind == "events":
        usual |= suggested(mission, dataset.pointing).get(name, {})
    if mission and kind == "spectrum":
        usual["grouping"] = Grouping.parse(mission.grouping)
    return {
        key: step.settings[key]
        for key, value in usual.items()
        if key in step.settings and (key in step.notes or step.settings[key] != value)
    }


def first_values(record: SessionRecord) -> tuple[Parameter, ...]:
    """Give the parameters that the fit of now started from; those of now where it does not hold.

    Where the errors met a better fit, these are the ones that the errors started from.
    """
    fit, errors = record.steps["fit"], record.steps.get("errors")
    now: tuple[Parameter, ...] = fit.settings.get("parameters", ())
    if not fresh(fit) or fit.asked is None:
        return now
    start = fit.asked
    if errors is not None and fresh(errors) and errors.asked is not None:
        before = errors.asked.fit
        if start == fit.answered and replace(before, parameters=start.parameters) == start:
            start = before
    first: tuple[Parameter, ...] = start.parameters
    return first


def calls(record: SessionRecord) -> tuple[str, ...]:
    """Give the session's steps that have products, in the order in which they are to be called.

    Flux and curve that hold for parameters which were moved after the fit come before it.
    """
    found = [name for name in OVERALL if made(record.steps.get(name))]
    if "fit" in found and not fresh(record.steps["fit"]):
        found.sort(key=lambda name: not fresh(record.steps[name]))
    return tuple(found)
