"""Light curves in bands and in bins of any length, and hardness, as figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.hardness import Hardness, HardnessRequest
from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.errors import InputError
from nuwidgets.figures import figure_hardness, figure_lightcurve, save_figure

SELECT = SelectionRequest(ScreenRequest(EventsRequest("a")))
SOFT, HARD = Band(3, 10), Band(10, 79)
WIDTH = np.array([3000.0, 2500.0, 3100.0])
TIME = np.array([1000.0, 7000.0, 13000.0])
GTI = Gti(tuple(zip(TIME.tolist(), (TIME + WIDTH).tolist(), strict=True)))


def pointing(instrument="FPMA"):
    return Pointing("NuSTAR", instrument, "60001110002", "A source")


def curve(band=SOFT, parts=()):
    one = np.ones(3)
    asked = LightCurveRequest(SELECT, band, 256.0, bins="orbit")
    shown = one * 0.5, one * 0.01, one, one * 1500, one * 0, one
    return LightCurve(
        TIME, 256.0, *shown, GTI, pointing(), request=asked, width_s=WIDTH, parts=parts
    )


def hardness(instrument="FPMA", definition="difference", value=-0.4):
    one = np.ones(3)
    asked = HardnessRequest(SELECT, SOFT, HARD, 256.0, definition=definition)
    rates = one * 0.5, one * 0.01, one * 0.2, one * 0.01
    shown = one * value, one * 0.02, one * 0.7, one * 0.02, one
    return Hardness(TIME, WIDTH, *rates, *shown, 256.0, GTI, pointing(instrument), request=asked)


def test_bins_of_different_lengths_show_them():
    figure = figure_lightcurve(curve())
    (axes,) = figure.axes
    assert axes.get_title() == "A source, 3-10 keV, a bin for each orbit"
    (bars,) = axes.containers
    across = bars.lines[2][0].get_segments()
    assert across[0][:, 0] == pytest.approx([0.0, 3.0])
    assert across[2][:, 0] == pytest.approx([12.0, 15.1])
    assert axes.get_xlim() == pytest.approx((0, 15.1))


def test_each_band_has_axes_of_its_own(tmp_path):
    figure = figure_lightcurve(curve(parts=(curve(HARD),)))
    upper, lower = figure.axes
    assert upper.get_ylabel().startswith("3-10 keV\n")
    assert lower.get_ylabel().startswith("10-79 keV\n")
    assert lower.get_xlabel() == "Time since start [ks]"
    assert lower.get_legend() is None
    assert save_figure(figure, tmp_path / "a.png").stat().st_size > 1000


def test_hardness_against_time_and_intensity():
    figure = figure_hardness([hardness(), hardness("FPMB", value=-0.3)])
    above, below, plane = figure.axes
    assert above.get_title() == "A source, S 3-10 keV, H 10-79 keV"
    assert [t.get_text() for t in above.get_legend().get_texts()] == ["FPMA", "FPMB"]
    assert below.get_ylabel() == plane.get_ylabel() == "(H - S) / (H + S)"
    assert plane.containers[0].lines[0].get_xdata() == pytest.approx([0.7] * 3)
    assert below.containers[1].lines[0].get_ydata() == pytest.approx([-0.3] * 3)
    assert below.containers[0].lines[0].get_xdata() == pytest.approx([1.5, 7.25, 13.55])
    other = figure_hardness(hardness(definition="ratio", value=0.4), title="Mine", look="print")
    assert other.axes[1].get_ylabel() == "H / S"
    assert other.axes[0].get_title() == "Mine"


def test_hardness_without_any_is_refused():
    nothing = replace(hardness(), hardness=np.full(3, np.nan))
    with pytest.raises(InputError, match="no bin of 1 has one"):
        figure_hardness(nothing)
