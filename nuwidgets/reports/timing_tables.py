"""Power spectra and searches for periods as astropy tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astropy.table import Table

    from nuwidgets.domain.period import Period
    from nuwidgets.domain.power import Power

UNITS = {"leahy": "", "frac": "1 / Hz", "abs": "1 / (s2 Hz)"}


def power_table(powers: Mapping[str, Power]) -> Table:
    """Give a row for each frequency of each dataset: frequency, power, error, powers averaged."""
    from astropy.table import Table

    names = np.concatenate([[name] * len(one.power) for name, one in powers.items()])
    columns = {"dataset": names}
    for field in ("frequency_hz", "power", "error", "n_powers"):
        columns[field] = np.concatenate([getattr(one, field) for one in powers.values()])
    table, first = Table(columns), next(iter(powers.values()))
    table["frequency_hz"].unit = "Hz"
    table["power"].unit = table["error"].unit = UNITS[first.norm]
    table.meta["norm"] = first.norm
    table.meta["noise"] = {name: one.noise for name, one in powers.items()}
    return table


def profile_table(periods: Mapping[str, Period]) -> Table:
    """Give a row for each bin of phase of each dataset: phase, rate, error, exposure."""
    from astropy.table import Table

    sizes = {name: len(one.profile) for name, one in periods.items()}
    table = Table(
        {
            "dataset": np.concatenate([[name] * n for name, n in sizes.items()]),
            "phase": np.concatenate([(np.arange(n) + 0.5) / n for n in sizes.values()]),
            "rate": np.concatenate([one.profile for one in periods.values()]),
            "error": np.concatenate([one.profile_error for one in periods.values()]),
            "exposure": np.concatenate([one.exposure for one in periods.values()]),
        }
    )
    table["rate"].unit = table["error"].unit = "1 / s"
    for name, one in periods.items():
        table.meta[name] = {
            "period_s": one.period_s,
            "period_error_s": one.period_error_s,
            "epoch_mjd": one.epoch_mjd,
            "statistic": one.best_statistic,
            "threshold": one.threshold,
        }
    return table
