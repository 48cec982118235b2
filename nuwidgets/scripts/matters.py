"""What of a session matters for its products: datasets, settings, first values, what to call."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import CHI
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.plot import Rebin
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.archive import CLEANED
from nuwidgets.missions.base import known_mission, missions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord

ARCHIVE = ("find", "files", "download")
"""Steps of the session that bring data, in their order."""
ENDS = ("image", "lightcurve", "spectrum")
"""Steps of a dataset whose products people want."""
OVERALL = (
    "fit", "errors", "flux", "luminosity", "eqwidth", "contours", "chain", "goodness", "fake",
    "compare_fit", "curve",
)  # fmt: skip
"""Steps of the session, in the order in which they are called."""
FRESH = ("fresh", "kept")
"""States of a step whose product answers the settings of now."""
ALWAYS = object()
"""What no setting is: one that is written in any case."""
FILES = ("path", "hk_path", "background_path", "rmf_path", "arf_path")
"""Settings that name files."""
DRAWN = {"draws": 0, "level": 90.0, "seed": 1}
"""Settings of errors that are drawn from the covariance."""
USUAL: dict[str, dict[str, Any]] = {
    "find": {
        "target": "",
        "mission": "NuSTAR",
        "radius_arcmin": None,
        "server": "heasarc",
        "selected": (),
    },
    "files": {"host": "auto", "mirror": ""},
    "download": {
        "folder": "data",
        "preset": CLEANED,
        "pattern": "",
        "modules": (),
        "modes": (),
        "also": (),
        "without": (),
        "copy": False,
        "opens": True,
    },
    "pipeline": {
        "folders": (),
        "instrument": "both",
        "parameters": (),
        "engine": "auto",
        "opens": True,
    },
    "task": {"name": "", "subject": "", "parameters": (), "engine": "auto"},
    "events": {"hk_path": ""},
    "screen": {"user_gti": None, "max_grade": None},
    "image": {"band": Band(3, 79), "binning": 1, "engine": "auto"},
    "regions": {"source": ALWAYS, "background": ALWAYS},
    "lightcurve": {
        "band": Band(3, 79),
        "binsize_s": 256.0,
        "subtract_background": True,
        "correct_livetime": True,
        "engine": "auto",
    },
    "spectrum": {
        "grouping": Grouping("optsnmin", 6),
        "rmf_path": "",
        "arf_path": "",
        "engine": "auto",
    },
    "compare": {},
    "spectrum file": {
        "background_path": "",
        "rmf_path": "",
        "arf_path": "",
        "grouping": Grouping("file"),
        "row": 0,
    },
    "fit": {
        "statistic": CHI,
        "ignore": (),
        "abundance": "wilm",
        "cross_section": "vern",
        "weight": "standard",
        "systematic": 0.0,
        "test_statistic": "chi",
        "groups": (),
        "responses": (),
        "engine": "embedded",
    },
    "curve": {
        "plot": "ldata",
        "lower": "ratio",
        "components": False,
        "background": False,
        "x_axis": "keV",
        "rebin": Rebin(),
        "area": False,
        "log_x": True,
        "log_y": None,
    },
    "errors": {"delta": 2.706, "numbers": ()},
    "flux": {"band": Band(2, 10), **DRAWN, "component": "", "unabsorbed": False},
    "luminosity": {
        "band": Band(2, 10),
        "redshift": 0.0,
        "distance_mpc": 0.0,
        "h0_km_s_mpc": 70.0,
        "q0": 0.0,
        "lambda0": 0.73,
        **DRAWN,
        "component": "",
        "unabsorbed": False,
    },
    "eqwidth": {"component": "", "fraction": 0.05, **DRAWN},
    "contours": {"axes": ()},
    "chain": {"n_walkers": 0, "n_burn": 200, "n_steps": 1500, "seed": 1},
    "goodness": {"n": 100, "refit": True, "draw": False, "seed": 1},
    "fake": {
        "exposure_s": 0.0,
        "background": True,
        "background_exposure_s": 0.0,
        "noise": True,
        "seed": 1,
    },
    "compare_fit": {"errors": False, "delta": 2.706},
}
"""What products depend on, and the values in a new session, in the order in which it is written.

A record's own `usual` may be what somebody suggested, and its names may come from any file.
"""


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
    """Give the datasets that have products or are fitted; all, where there is nothing yet."""
    found = tuple(
        one
        for one in record.datasets
        if fitted(record, one) or any(made(one.steps.get(name)) for name in ENDS)
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


def choices(step: StepRecord, dataset: DatasetRecord | None = None) -> dict[str, Any]:
    """Give the settings to be written: not what a new session has anyway, but for regions.

    A setting with a note is written in any case.
    """
    name = step.path.rpartition(".")[2]
    kind = f"{name} file" if dataset and dataset.kind == "spectrum" else name
    usual = {**USUAL[kind]}
    mission = known_mission(dataset.pointing.telescope) if dataset else None
    if mission and name in ("image", "lightcurve"):  # what it suggests to a new event file
        usual |= {n: getattr(mission, n) for n in ("band", "binsize_s") if n in usual}
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
