"""The tables of a report as astropy's, with units, and all digits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nuwidgets.reports import facts
from nuwidgets.reports.fit_tables import COLUMNS, parameter_row
from nuwidgets.reports.region_words import ds9_text
from nuwidgets.reports.series_tables import series_table
from nuwidgets.reports.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from astropy.table import Table

    from nuwidgets.domain.fit import FitResult, Interval
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import DatasetRecord, SessionRecord

    Column = tuple[type, str, str]

_OWN = [(name, (kind, "", words)) for name, (kind, words) in COLUMNS.items()]
PARAMETERS: dict[str, Column] = dict(
    [*_OWN[:2], ("dataset", (str, "", "dataset of the data group")), *_OWN[2:]]
)
DATASETS: dict[str, Column] = {
    "dataset": (str, "", "short name"),
    "telescope": (str, "", "TELESCOP"),
    "instrument": (str, "", "INSTRUME"),
    "obs_id": (str, "", "OBS_ID"),
    "object": (str, "", "OBJECT"),
    "date_obs": (str, "", "DATE-OBS"),
    "livetime": (float, "s", "live time of the spectrum, or of the events"),
    "counts_source": (float, "ct", "counts in the source region, all channels"),
    "counts_background": (float, "ct", "counts in the background region, all channels, not scaled"),
    "source": (str, "", "source region in DS9's language"),
    "background": (str, "", "background region in DS9's language"),
    "grouping": (str, "", "how channels are joined"),
    "fitted": (bool, "", "whether the fit spans it"),
    "state": (str, "", "of the spectrum"),
    "file": (str, "", "event or spectrum file"),
}
FLUXES: dict[str, Column] = {
    "group": (int, "", "data group"),
    "dataset": (str, "", "dataset of the data group"),
    "lo": (float, "keV", "lower edge of the band"),
    "hi": (float, "keV", "upper edge of the band"),
    "energy_flux": (float, "erg / (cm2 s)", "flux of the model"),
    "energy_flux_lo": (float, "erg / (cm2 s)", "lower end of its interval; NaN without"),
    "energy_flux_hi": (float, "erg / (cm2 s)", "upper end of its interval; NaN without"),
    "photon_flux": (float, "ph / (cm2 s)", "photon flux of the model"),
    "photon_flux_lo": (float, "ph / (cm2 s)", "lower end of its interval; NaN without"),
    "photon_flux_hi": (float, "ph / (cm2 s)", "upper end of its interval; NaN without"),
    "component": (str, "", "the component it is of; empty for the whole model"),
    "taken_away": (str, "", "absorbers it is without; empty for the model as it stands"),
}
HISTORY: dict[str, Column] = {
    "when": (str, "", "end of the computation, UTC"),
    "step": (str, "", "step that made it"),
    "product": (str, "", "the product in a few words"),
    "engine": (str, "", "who computed"),
    "version": (str, "", "its version"),
    "seconds": (float, "s", "time the computation took"),
    "warnings": (str, "", "what a user should have read"),
}


def parameters(record: SessionRecord) -> Table | None:
    """Give the best fit with its errors; None without a fit."""
    fit, request = facts.fit_of(record), facts.answered_fit(record)
    if fit is None or request is None:
        return None
    names, found = facts.group_names(record, request), facts.intervals(record)
    rows = [
        _parameter_row(parameter, sigma, found.get(parameter.number), names)
        for parameter, sigma in zip(fit.parameters, fit.sigma, strict=True)
    ]
    errors = facts.of_the_fit(record, "errors")
    about = {
        "model": one_line(request.expression),
        "statistic_name": fit.statistic_name,
        "statistic": fit.statistic,
        "degrees_of_freedom": fit.dof,
        "converged": fit.converged,
        "rise_of_the_statistic": errors.delta if errors else math.nan,
        "confidence": facts.confidence_words(errors.delta) if errors else "",
        "out_of_date": record.steps["fit"].state not in ("fresh", "kept"),
        **_origin(fit),
    }
    return _table(PARAMETERS, rows, about)


def _origin(made: FitResult | Any) -> dict[str, Any]:
    origin = made.provenance
    return {
        "engine": origin.engine,
        "engine_version": origin.version,
        "approximate": origin.approximate,
    }


def _parameter_row(
    parameter: Parameter, sigma: float, interval: Interval | None, names: tuple[str, ...]
) -> tuple[Any, ...]:
    """Give a fit's own row of a parameter, with the dataset behind its group."""
    group, row = parameter.group, parameter_row(parameter, sigma, interval)
    dataset = names[group - 1] if group <= len(names) else f"group {group}"
    return (*row[:2], dataset, *row[2:])


def datasets(record: SessionRecord) -> Table:
    """Give one line for each dataset that has products or is fitted."""
    request = facts.answered_fit(record)
    fitted = set(facts.group_names(record, request)) if request else set()
    rows = [_dataset_row(one, fitted) for one in facts.shown_datasets(record)]
    return _table(DATASETS, rows, {})


def _dataset_row(dataset: DatasetRecord, fitted: set[str]) -> tuple[Any, ...]:
    at, step = dataset.pointing, dataset.steps.get("spectrum")
    spectrum = step.product if step else None
    background = spectrum.background if spectrum is not None else None
    regions = facts.regions_of(dataset)
    asked = step.answered if step else None
    return (
        dataset.name,
        *(at.telescope, at.instrument, at.obs_id, at.object_name, at.date_obs),
        facts.livetime_s(dataset),
        math.nan if spectrum is None else spectrum.total,
        math.nan if background is None else background.total,
        ds9_text(regions[0]) if regions else "",
        ds9_text(regions[1]) if regions else "",
        str(asked.grouping) if asked is not None else "",
        dataset.name in fitted,
        step.state if step else "",
        next(iter(dataset.steps.values())).settings.get("path", ""),
    )


def fluxes(record: SessionRecord) -> Table | None:
    """Give the flux of the best fit in each data group; None where there is none."""
    flux, request = facts.flux_of(record), facts.answered_fit(record)
    if flux is None or request is None:
        return None
    asked, names = record.steps["flux"].answered, facts.group_names(record, request)
    unknown = ((math.nan, math.nan),) * len(names)
    energies, photons = flux.erg_intervals or unknown, flux.photons_intervals or unknown
    rows = [
        (
            *(i + 1, names[i], asked.band.lo_kev, asked.band.hi_kev),
            *(flux.erg_per_cm2_s[i], *energies[i], flux.photons_per_cm2_s[i], *photons[i]),
            *(asked.component, ", ".join(flux.absorbers)),
        )
        for i in range(len(names))
    ]
    about = {"confidence": f"{asked.level:g}%" if asked.draws else "", **_origin(flux)}
    return _table(FLUXES, rows, about)


def history(record: SessionRecord) -> Table | None:
    """Give what was done, oldest first; None where nothing was."""
    from astropy.time import Time

    rows = [
        (
            Time(deed.when_s, format="unix").isot[:19],
            *(deed.step, deed.says, deed.engine, deed.version, deed.seconds),
            " ".join(deed.warnings),
        )
        for deed in record.history
    ]
    return _table(HISTORY, rows, {}) if rows else None


def longterm(record: SessionRecord) -> Table | None:
    """Give the rate or its upper limit in each observation; None where nothing was counted."""
    curve = facts.product(record, "longterm")
    if curve is None or not curve.names:
        return None
    table: Table = curve.table()
    table.meta |= _origin(curve)
    return table


def observations(record: SessionRecord) -> Table | None:
    """Give one row for each observation with what was fitted to it; None for fits of one alone."""
    return None if facts.product(record, "series") is None else series_table(record, numbers=True)


TABLES: dict[str, Callable[[SessionRecord], Table | None]] = {
    "parameters": parameters,
    "datasets": datasets,
    "fluxes": fluxes,
    "history": history,
    "longterm": longterm,
    "observations": observations,
}
"""All tables, by the name of their files."""


def _table(columns: dict[str, Column], rows: list[tuple[Any, ...]], about: dict[str, Any]) -> Table:
    from astropy.table import Column as TableColumn
    from astropy.table import Table

    made = []
    for i, (name, (kind, unit, words)) in enumerate(columns.items()):
        values = [one_line(row[i]) if kind is str else row[i] for row in rows]
        made.append(
            TableColumn(values, name=name, dtype=kind, unit=unit or None, description=words)
        )
    return Table(made, meta=about)
