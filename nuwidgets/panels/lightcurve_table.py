"""Light curves and hardness as tables, for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astropy.table import Table

    from nuwidgets.domain.hardness import Hardness
    from nuwidgets.domain.lightcurve import LightCurve

DAY_S = 86400.0


def curves_table(curves: Mapping[str, LightCurve], cuts: Mapping[str, float]) -> Table:
    """Give the bins that are shown of light curves by name, all bands, one below the other."""
    rows: dict[str, list[Any]] = {}
    for name, whole in curves.items():
        for curve in whole.curves:
            good = curve.good(cuts[name])
            band = curve.request.band if curve.request else None
            columns = {
                **_times(curve, good, name),
                "lo_kev": np.full(int(good.sum()), band.lo_kev if band else np.nan),
                "hi_kev": np.full(int(good.sum()), band.hi_kev if band else np.nan),
                "rate": curve.rate_per_s[good],
                "error": curve.error_per_s[good],
                "counts": curve.counts[good],
                "background_counts": curve.background_counts[good],
                "fracexp": curve.fracexp[good],
            }
            _append(rows, columns)
    units = {"lo_kev": "keV", "hi_kev": "keV", "rate": "1/s", "error": "1/s"}
    return _table(rows, units, next(iter(curves.values())))


def hardness_table(curves: Mapping[str, Hardness], cuts: Mapping[str, float]) -> Table:
    """Give the bins that are shown of hardness by name, one below the other."""
    rows: dict[str, list[Any]] = {}
    names = ["soft", "soft_error", "hard", "hard_error", "hardness", "hardness_error"]
    names += ["intensity", "intensity_error", "fracexp"]
    for name, one in curves.items():
        good = one.good(cuts[name])
        columns = {column: getattr(one, column)[good] for column in names}
        _append(rows, {**_times(one, good, name), **columns})
    rates = ("soft", "soft_error", "hard", "hard_error", "intensity", "intensity_error")
    return _table(rows, dict.fromkeys(rates, "1/s"), next(iter(curves.values())))


def _times(binned: Any, good: Any, name: str) -> dict[str, Any]:
    time = binned.time_s[good]
    middle = time + binned.width_s[good] / 2
    return {
        "dataset": np.full(len(time), name),
        "time": time,
        "width": binned.width_s[good],
        "mjd": binned.pointing.mjdref_days + middle / DAY_S,
    }


def _append(rows: dict[str, list[Any]], columns: dict[str, Any]) -> None:
    for name, values in columns.items():
        rows.setdefault(name, []).append(values)


def _table(rows: dict[str, list[Any]], units: dict[str, str], first: Any) -> Table:
    from astropy.table import Table

    table = Table({name: np.concatenate(parts) for name, parts in rows.items()})
    for name, unit in {"time": "s", "width": "s", "mjd": "d", **units}.items():
        table[name].unit = unit
    pointing = first.pointing
    table["time"].description = "start of the bin, seconds since MJDREF"
    table["mjd"].description = f"middle of the bin, {pointing.timesys}"
    table.meta.update(
        MJDREF=pointing.mjdref_days,
        TIMESYS=pointing.timesys,
        TIMEREF=pointing.timeref,
        OBJECT=pointing.object_name,
    )
    return table
