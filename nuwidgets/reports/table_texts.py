"""The tables of a report in LaTeX: what a reader of a paper needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.reports.latex import escape, tabular
from nuwidgets.reports.numbers import in_interval, plain, with_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from astropy.table import Table

UNITS = {
    "10^22": r"$10^{22}$ cm$^{-2}$",
    "": "",
}
"""Units as papers write them; others as XSPEC does."""


def parameters(table: Table) -> str:
    """Give the free and frozen parameters with their errors; all digits are in the ECSV."""
    alone = [row for row in table if not row["status"].startswith("linked") or row["group"] == 1]
    groups = len(set(table["group"])) > 1
    heads = [*(["Dataset"] if groups else []), "Component", "Parameter", "Unit", "Value"]
    rows = [
        [
            *([escape(row["dataset"])] if groups else []),
            _component(row, table),
            escape(row["parameter"]),
            UNITS.get(row["unit"], escape(row["unit"])),
            _value(row),
        ]
        for row in alone
    ]
    about = table.meta
    level = f"{about['confidence']} for one parameter" if about["confidence"] else "one sigma"
    notes = [
        escape(f"{about['model']}: {about['statistic_name']}")
        + f" {plain(about['statistic'], 6)} for {about['degrees_of_freedom']} degrees of"
        " freedom.",
        escape(f"Errors are {level}; f: frozen."),
        *_marks(alone),
    ]
    if len(alone) < len(table):
        notes.append("Parameters that are not listed are linked to those of the first dataset.")
    if about["out_of_date"]:
        notes.append("Out of date: settings were changed since this fit was made.")
    if about["approximate"]:
        notes.append("A" + escape(about["approximate"].removeprefix("a")) + ".")
    return tabular(heads, rows, notes)


def _component(row: Any, table: Table) -> str:
    same = (table["component"] == row["component"]) & (table["model"] == row["model"])
    numbers = set(table["component_number"][same])
    number = f" ({row['component_number']})" if len(numbers) > 1 else ""
    model = f"{row['model']}: " if row["model"] else ""
    return escape(f"{model}{row['component']}{number}")


def _value(row: Any) -> str:
    value, status, flags = float(row["value"]), row["status"], row["flags"]
    if status == "frozen":
        return f"{plain(value)} (f)"
    if status != "free":
        return f"{plain(value)} ({escape(status)})"
    if not flags:
        return with_errors(value, float(row["sigma"]), float(row["sigma"]))
    mark = r" $^{*}$" if "T" in flags else ""
    return in_interval(value, float(row["lo"]), float(row["hi"]), flags) + mark


def _marks(rows: list[Any]) -> list[str]:
    """Say what is behind the star, and which errors are of another kind."""
    said = [f"{r['parameter']} {r['flags']}" for r in rows if "T" in r["flags"]]
    found = [r"$^{*}$ XSPEC's problem letters: " + escape(", ".join(said)) + "."] if said else []
    some = [r for r in rows if r["status"] == "free"]
    without = [r["parameter"] for r in some if not r["flags"]]
    if without and len(without) < len(some):
        found.append(escape(f"One sigma from the covariance: {', '.join(without)}."))
    return found


def datasets(table: Table) -> str:
    """Give who looked at what, how long, and what was counted."""
    heads = [
        *("Dataset", "Telescope", "ObsID", "Object", "Start"),
        *("Live time [ks]", "Source counts", "Background counts"),
    ]
    rows = [
        [
            escape(row["dataset"]),
            escape(f"{row['telescope']} {row['instrument']}"),
            *(escape(row[name]) for name in ("obs_id", "object", "date_obs")),
            plain(float(row["livetime"]) / 1000, 4),
            *(plain(float(row[n]), 8) for n in ("counts_source", "counts_background")),
        ]
        for row in table
    ]
    lines = [
        escape(f"{row['dataset']}, {what} region: {row[what]}.")
        for row in table
        for what in ("source", "background")
        if row[what]
    ]
    return tabular(
        heads, rows, ["Counts are those of all channels, the background's not scaled.", *lines]
    )


def fluxes(table: Table) -> str:
    """Give the flux of each dataset."""
    heads = [
        "Dataset",
        "Band [keV]",
        r"Flux [erg cm$^{-2}$ s$^{-1}$]",
        r"[photons cm$^{-2}$ s$^{-1}$]",
    ]
    rows = [
        [
            escape(row["dataset"]),
            f"{float(row['lo']):g}--{float(row['hi']):g}",
            plain(float(row["energy_flux"]), 4),
            plain(float(row["photon_flux"]), 4),
        ]
        for row in table
    ]
    return tabular(
        heads, rows, ["Flux of the model at the best fit, absorbed unless said otherwise."]
    )


def history(table: Table) -> str:
    """Give what was done when, by what."""
    heads = ["UTC", "Step", "Product", "Engine", "Seconds"]
    rows = [
        [
            *(escape(row[name]) for name in ("when", "step", "product")),
            escape(f"{row['engine']} {row['version']}"),
            plain(float(row["seconds"]), 3),
        ]
        for row in table
    ]
    return tabular(heads, rows)


def longterm(table: Table) -> str:
    """Give the rate of each observation, or its upper limit."""
    heads = ["Dataset", "MJD (TT)", "Live time [ks]", "Counts", "Rate [s$^{-1}$]"]
    rows = [
        [
            escape(row["name"]),
            plain(float(row["start_mjd"] + row["stop_mjd"]) / 2, 9),
            plain(float(row["exposure_s"]) / 1000, 4),
            plain(float(row["counts"]), 8),
            _rate(row),
        ]
        for row in table
    ]
    missing = [escape(f"{row['name']}: {row['why']}") for row in table if row["why"]]
    return tabular(heads, rows, [f"Net rates in {escape(str(table.meta['band']))}.", *missing])


def _rate(row: Any) -> str:
    if row["why"]:
        return "--"
    if not row["detected"]:
        return f"$<$ {plain(float(row['limit_per_s']), 3)}"
    value, lo, hi = (float(row[f"rate{end}_per_s"]) for end in ("", "_lo", "_hi"))
    return with_errors(value, value - lo, hi - value)


TEXTS: dict[str, Callable[[Table], str]] = {
    "parameters": parameters,
    "datasets": datasets,
    "fluxes": fluxes,
    "history": history,
    "longterm": longterm,
}
"""What writes each table in LaTeX."""
