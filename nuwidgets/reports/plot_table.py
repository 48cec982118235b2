"""The numbers of a plot of spectra as a table, one row for each plotted bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.plot import INCIDENT, PlotChoice
from nuwidgets.errors import InputError
from nuwidgets.science.plotting import plotted

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import Curve
    from nuwidgets.science.plot_bins import Line
    from nuwidgets.science.plotting import Plotted


def plot_table(curve: Curve, choice: PlotChoice | None = None) -> Table:
    """Give what a plot shows, one row for each plotted bin of each spectrum.

    Parameters
    ----------
    curve : Curve
        Spectra beside their model.
    choice : PlotChoice, optional
        What is plotted; net rates and ratio without.

    Returns
    -------
    astropy.table.Table
        Columns spectrum, x, x_error, y, y_error, model, a column for each component and the
        background where they are plotted, lower, lower_error. What x, y and lower are is in
        ``meta``. A model before its response has its own rows, without data.

    Raises
    ------
    InputError
        There are no bins.
    """
    from astropy.table import Table, vstack

    choice = choice or PlotChoice()
    shown = [plotted(one, choice) for one in curve.spectra]
    tables = [Table(rows) for one in shown for rows in _rows(one, choice)]
    tables = [table for table in tables if len(table)]
    if not tables:
        raise InputError("Cannot write a table: no bins are left. Notice some energies first.")
    table = vstack(tables)
    spectra = curve.spectra
    normalized = any(s.areascal is not None and np.any(s.areascal != 1) for s in spectra)
    table.meta.update(
        x=choice.x_label,
        y=choice.y_label(normalized=normalized),
        lower=choice.lower_label(spectra[0].statistic),
        kind=choice.kind,
        statistic=curve.statistic,
        statistic_name=curve.statistic_name,
    )
    return table


def _rows(one: Plotted, choice: PlotChoice) -> list[dict[str, Any]]:
    """Give the columns of one spectrum; of a model before its response each source apart."""
    if choice.kind in INCIDENT:
        found, parts = [], dict[str, Any]()
        for line in one.lines:
            if line.role == "part":
                parts[_column(line)] = line.y
                continue
            found.append({**_places(one.name, line.x_lo, line.x_hi), "model": line.y, **parts})
            parts = {}
        return found
    points = one.points
    if points is None:
        return []
    columns = {**_places(one.name, points.x_lo, points.x_hi), "y": points.y}
    columns["y_error"] = points.error
    columns |= {_column(line): line.y for line in reversed(one.lines)}
    if one.lower is not None:
        columns |= {"lower": one.lower.y, "lower_error": one.lower.error}
    return [columns]


def _column(line: Line) -> str:
    return line.label if line.role == "part" else line.role


def _places(name: str, lo: Floats, hi: Floats) -> dict[str, Any]:
    named = np.full(len(lo), name, dtype=f"U{max(1, len(name))}")
    return {"spectrum": named, "x": (lo + hi) / 2, "x_error": np.abs(hi - lo) / 2}
