"""The numbers of a plot as a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table

from nuwidgets.domain.curve import Curve, FoldedPart, FoldedSpectrum, ModelPart, ModelSpectrum
from nuwidgets.domain.plot import PlotChoice
from nuwidgets.errors import InputError
from nuwidgets.reports.plot_table import plot_table
from nuwidgets.reports.table_files import write_table

EDGES = np.array([1.0, 2.0, 4.0, 5.0])


def folded(name="A"):
    model, ones = np.array([2.0, 3.0, 1.0]), np.ones(3)
    parts = (FoldedPart("powerlaw", model / 2, ones), FoldedPart("bbody", model / 2, ones))
    before = (ModelPart("powerlaw", ones), ModelPart("bbody", 2 * ones))
    return FoldedSpectrum(
        name, EDGES[:-1], EDGES[1:], 1.1 * model, 0.1 * model, model, 0.1 * ones, ones, 9 * ones,
        unfolded=2 * ones, models=(ModelSpectrum("", EDGES, 3 * ones, before),), parts=parts,
    )  # fmt: skip


CURVE = Curve((folded("A"), folded("long name")), 6.0, 2, 6, "chi-squared")


def test_each_plotted_bin_is_a_row():
    choice = PlotChoice("data", components=True, background=True)
    table = plot_table(CURVE, choice)
    assert len(table) == 6
    assert table.colnames == [
        "spectrum", "x", "x_error", "y", "y_error", "model", "bbody", "powerlaw", "background",
        "lower", "lower_error",
    ]  # fmt: skip
    assert table["y"][1] == pytest.approx(1.65)
    assert table["lower"] == pytest.approx(1.1)
    assert set(table["spectrum"]) == {"A", "long name"}
    assert table.meta["y"] == "counts s⁻¹ keV⁻¹"
    assert table.meta["x"] == "Energy [keV]"


def test_a_model_before_the_response_has_rows_of_its_own():
    table = plot_table(CURVE, PlotChoice("model", components=True, lower=""))
    assert table.colnames == ["spectrum", "x", "x_error", "model", "powerlaw", "bbody"]
    assert table["model"] == pytest.approx(table["powerlaw"] + table["bbody"])


def test_without_a_choice_it_is_rate_and_ratio():
    table = plot_table(CURVE)
    assert table.meta["kind"] == "ldata"
    assert "bbody" not in table.colnames


def test_files_are_written_by_their_ending(tmp_path):
    for name in ("a.ecsv", "a.csv"):
        path = write_table(plot_table(CURVE, PlotChoice("eeufspec")), tmp_path / name)
        assert np.allclose(Table.read(path)["y"], plot_table(CURVE, PlotChoice("eeufspec"))["y"])
    with pytest.raises(InputError, match=r"'\.txt' is no known format"):
        write_table(plot_table(CURVE), tmp_path / "a.txt")


def test_a_table_of_nothing_is_refused():
    none = replace(CURVE, spectra=())
    with pytest.raises(InputError, match="no bins are left"):
        plot_table(none)
