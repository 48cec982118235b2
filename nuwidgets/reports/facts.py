"""What a record says about its fit and its datasets; nothing here is computed anew."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.scripts.matters import needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.fit import Curve, FitRequest, FitResult, Flux, Interval
    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
    from nuwidgets.domain.region import Region

OVERALL = ("fit", "errors", "flux", "curve")
"""The steps of the session."""


def product(record: SessionRecord, path: str) -> Any:
    """Give the product of a step of the session, or None."""
    step = record.steps.get(path)
    return None if step is None else step.product


def answered_fit(record: SessionRecord) -> FitRequest | None:
    """Give the request, with the best fit's parameters, that the fit answers; None without."""
    step = record.steps.get("fit")
    request: FitRequest | None = step.answered if step and step.product is not None else None
    return request


def of_the_fit(record: SessionRecord, name: str) -> Any:
    """Give the product of errors, flux or curve if it belongs to the best fit, else None."""
    step, fit = record.steps.get(name), answered_fit(record)
    if step is None or step.product is None or step.answered is None or fit is None:
        return None
    return step.product if step.answered.fit == fit else None


def intervals(record: SessionRecord) -> dict[int, Interval]:
    """Give the confidence intervals of the best fit, by the parameters' numbers."""
    errors = of_the_fit(record, "errors")
    return {one.number: one for one in errors.intervals} if errors else {}


def shown_datasets(record: SessionRecord) -> tuple[DatasetRecord, ...]:
    """Give the datasets that have products or are fitted; all, where there is nothing yet."""
    return needed(record)


def all_steps(record: SessionRecord) -> tuple[StepRecord, ...]:
    """Give the steps of these datasets and of the session."""
    own = [step for one in shown_datasets(record) for step in one.steps.values()]
    return (*own, *record.steps.values())


def source_of(request: Any) -> tuple[str, int]:
    """Give the file, and the row in it, that the spectrum of a request comes from."""
    if hasattr(request, "selection"):
        return request.selection.screen.events.path, 0
    return request.path, request.row


def group_names(record: SessionRecord, request: FitRequest) -> tuple[str, ...]:
    """Name the data groups of a fit: by dataset, or by number where that is gone."""
    asked = {
        source_of(step.answered): one.name
        for one in record.datasets
        if (step := one.steps.get("spectrum")) and step.answered is not None
    }
    return tuple(
        asked.get(source_of(one), f"group {n}") for n, one in enumerate(request.spectra, 1)
    )


def regions_of(dataset: DatasetRecord) -> tuple[Region, Region] | None:
    """Give the source and the background region that the products were made with."""
    for name in ("spectrum", "lightcurve", "regions"):
        step = dataset.steps.get(name)
        asked = step.answered if step else None
        if asked is not None and hasattr(asked, "selection"):
            return asked.selection.source, asked.selection.background
        if asked is not None and hasattr(asked, "source"):
            return asked.source, asked.background
    return None


def livetime_s(dataset: DatasetRecord) -> float:
    """Give the live time of the spectrum, else of the events, s; NaN where none is known."""
    for name, attribute in (
        ("spectrum", "exposure_s"),
        ("screen", "livetime_s"),
        ("events", "livetime_s"),
    ):
        step = dataset.steps.get(name)
        if step is not None and step.product is not None:
            return float(getattr(step.product, attribute))
    return math.nan


def confidence_words(delta: float) -> str:
    """Say which confidence a rise of the statistic stands for, for one parameter.

    Examples
    --------
    >>> confidence_words(2.706), confidence_words(1.0)
    ('90%', '68.3%')
    """
    return f"{100 * math.erf(math.sqrt(delta / 2)):.3g}%"


def energies_kev(curve: Curve) -> tuple[float, float]:
    """Give the lowest and the highest energy of all bins, keV."""
    spectra = [one for one in curve.spectra if len(one.e_lo_kev)]
    return min(float(o.e_lo_kev.min()) for o in spectra), max(
        float(o.e_hi_kev.max()) for o in spectra
    )


def flux_of(record: SessionRecord) -> Flux | None:
    """Give the flux at the best fit; None without."""
    found: Flux | None = of_the_fit(record, "flux")
    return found


def fit_of(record: SessionRecord) -> FitResult | None:
    """Give the best fit; None without."""
    found: FitResult | None = product(record, "fit")
    return found if answered_fit(record) else None


def paths_in(value: Any) -> Iterator[tuple[str, str]]:
    """Give the files that a request names, as pairs (field, path), the requests in it too."""
    if isinstance(value, tuple):
        for part in value:
            yield from paths_in(part)
    if not is_dataclass(value):
        return
    for field in fields(value):
        found = getattr(value, field.name)
        if isinstance(found, str):
            named = field.name == "path" or field.name.endswith("_path")
            if named and found and found.lower() != "none":
                yield field.name, found
        else:
            yield from paths_in(found)
