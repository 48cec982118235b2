"""The hardness panel: two plots of the same bins, brushed in either."""

from __future__ import annotations

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.errors import InputError


@pytest.fixture
def ready(session):
    session.settle()
    return session


@pytest.fixture
def panel(ready):
    made = nw.HardnessPanel(ready)
    ready.settle()
    yield made
    made.close()


@pytest.fixture
def first(ready):
    return next(iter(ready.datasets.values()))


def ringed(panel, name="brushed"):
    bars = panel.plot._series[name].bars
    return 0 if bars is None else len(bars.y)


def test_every_bin_is_drawn_in_both_plots_in_one_colour(panel, first):
    good = first.hardness.product.good(0.5)
    for view, kind in ((panel.plot, ""), (panel.plot, " hardness"), (panel.plots.diagram, "")):
        drawn = [len(view._series[f"{n}{kind}"].bars.y) for n in range(8)]
        assert sum(drawn) == good.sum()
        assert max(drawn) - min(drawn) <= 1
    assert f"{int(good.sum())} bins" in panel.plot.alt


def test_only_warnings_of_the_drawn_dataset_are_said_and_not_as_errors(panel, ready):
    for dataset, counts in zip(ready.datasets.values(), (60, 80), strict=True):
        dataset.hardness.min_counts = counts
    ready.settle()
    for name, few in zip(ready.datasets, ("than 60 counts", "than 80 counts"), strict=True):
        panel.of.value = name
        assert few in panel.message.value
        assert panel.message.value.count("<div") == 1
        assert '<div class="nuw-warned">' in panel.message.value


def test_brushed_times_are_ringed_in_both(panel, first):
    lo, hi = panel.plot.x_range
    panel.plot.brush = (lo, (lo + hi) / 2)
    product = first.hardness.product
    middle = product.time_s + product.width_s / 2
    inside = product.good(0.5) & first.lightcurve.selected_s.contains(middle)
    assert 0 < ringed(panel) == inside.sum() < product.good(0.5).sum()
    assert len(panel.plots.diagram._series["brushed"].bars.y) == inside.sum()


def test_brushed_hardness_becomes_times_and_is_kept(panel, ready, first):
    product = first.hardness.product
    good = product.good(0.5)
    middle = float(np.median(product.hardness[good]))
    panel.plots.diagram.brush = (middle, 2.0)
    harder = good & (product.hardness >= middle)
    assert ringed(panel) == harder.sum()
    panel.times.keep()
    ontime = first.screen.user_gti.ontime_s
    assert ontime == pytest.approx(product.width_s[harder].sum())
    assert panel.plots.diagram.brush is None
    assert first.lightcurve.selected_s is None
    assert ringed(panel) == 0


def test_definition_and_dataset_are_chosen(panel, ready, first):
    for one in ready.datasets.values():
        one.hardness.definition = "ratio"
    ready.settle()
    assert panel.plots.diagram.x_label == "H / S"
    other = list(ready.datasets)[1]
    panel.of.value = other
    assert other in panel.summary.value


def test_the_table_has_every_dataset(panel, ready):
    table = panel._table()()
    assert set(table["dataset"]) == set(ready.datasets)
    assert len(table) == sum(d.hardness.product.good(0.5).sum() for d in ready.datasets.values())
    assert table["hard"].unit == "1 / s"
    assert "hardness_error" in table.colnames
    assert panel._figure()() is not None


def test_nothing_can_be_written_before_there_is_a_hardness(observation):
    with nw.Session(live=False) as session:
        stem = f"nu{observation.name}A"
        session.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        panel = nw.HardnessPanel(session)
        with pytest.raises(InputError, match="no hardness to write"):
            panel._table()
        panel.close()
