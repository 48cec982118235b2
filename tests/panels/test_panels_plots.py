"""Light-curve and spectrum panels: what is brushed becomes a setting, what is shown a figure."""

from __future__ import annotations

import time

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.domain.colors import colors
from nuwidgets.panels.parameter_rows import slider_range
from nuwidgets.panels.spectrum_plot import joined as _joined


@pytest.fixture
def ready(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.settle()
    return session


def press(panel, name):
    queue = [panel]
    while queue:
        widget = queue.pop()
        if getattr(widget, "description", "") == name:
            widget.click()
            return
        queue.extend(getattr(widget, "children", ()))
    raise LookupError(name)


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def shows(widget, words):
    """Whether any text of a panel has these words."""
    mine = words in str(getattr(widget, "value", ""))
    return mine or any(shows(child, words) for child in getattr(widget, "children", ()))


def test_brushed_times_are_kept_left_out_and_given_back(ready):
    panel = nw.LightCurvePanel(ready)
    press(panel, "Keep")
    assert "No times are brushed" in panel.message.value
    first = next(iter(ready.datasets.values()))
    whole = first.spectrum.product.exposure_s
    panel.plot.set_trait("brush", (1.0, 3.0))
    press(panel, "Keep")
    ready.settle()
    part = first.spectrum.product.exposure_s
    assert 0 < part < whole
    assert panel.message.value == ""
    press(panel, "All times")
    panel.plot.set_trait("brush", (1.0, 3.0))
    press(panel, "Leave out")
    ready.settle()
    assert first.spectrum.product.exposure_s == pytest.approx(whole - part, rel=0.01)
    press(panel, "All times")
    assert first.screen.user_gti is None
    panel.close()


def test_brushed_energies_are_ignored_kept_and_noticed(ready):
    panel = nw.SpectrumPanel(ready)
    press(panel, "Ignore brushed")
    assert "No energies are brushed" in panel.message.value
    bins = ready.curve.product.n_bins
    panel.plot.set_trait("brush", (6.0, 8.0))
    press(panel, "Ignore brushed")
    ready.settle()
    assert ready.fit.ignore == ("**-3. 79.-**", "6.000-8.000")
    assert ready.curve.product.n_bins < bins
    panel.plot.set_trait("brush", (4.0, 20.0))
    press(panel, "Keep only brushed")
    assert ready.fit.ignore == ("**-4.000 20.000-**",)
    press(panel, "Notice all")
    assert ready.fit.ignore == ()
    panel.close()


@pytest.mark.parametrize("make", [nw.SpectrumPanel, nw.LightCurvePanel])
def test_a_figure_is_written_and_a_bad_name_is_said(ready, make, tmp_path):
    panel = make(ready)
    boxes = [panel]
    while getattr(boxes[0], "tooltip", None) != "File to write":
        boxes = [*boxes[1:], *getattr(boxes[0], "children", ())]
    boxes[0].value = str(tmp_path / "figure.png")
    press(panel, "Save figure")
    until(lambda: shows(panel, "Figure written to figure.png"))
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    boxes[0].value = str(tmp_path / "figure.exe")
    press(panel, "Save figure")
    until(lambda: "figure.exe" in panel.message.value)
    assert not shows(panel, "Figure written")
    assert not (tmp_path / "figure.exe").exists()
    panel.close()


def test_the_model_is_drawn_with_gaps_where_channels_are_ignored():
    edges, values = _joined(
        np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 5.0]), np.array([7.0, 8.0, 9.0])
    )
    assert edges.tolist() == [1, 2, 3, 4, 5]
    assert values[:2].tolist() == [7, 8]
    assert np.isnan(values[2])
    assert values[3] == 9
    assert len(_joined([], [], [])[0]) == 0


def test_sliders_are_sensible():
    from nuwidgets.science.models.expression import Expression

    ranges = {p.name: slider_range(p) for p in Expression.parse("tbabs*powerlaw").parameters()}
    assert ranges["PhoIndex"] == (-1.0, 3.0, False)
    lo, hi, log = ranges["norm"]
    assert log
    assert lo < 1 < hi


def test_modules_have_their_colours():
    given = colors(["1A", "1B", "src"])
    assert len(set(given.values())) == 3
    assert colors(["9B"])["9B"] == given["1B"]


def test_several_datasets_of_the_same_module_differ():
    assert len(set(colors([f"{n}A" for n in range(4)]).values())) == 4
