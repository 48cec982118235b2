"""Rates, fluxes and parameters against time as figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.evolution import Evolution
from nuwidgets.domain.evolution_rows import EvolutionRow
from nuwidgets.domain.flux_curve import FluxCurve
from nuwidgets.errors import InputError
from nuwidgets.figures import figure_evolution, figure_longterm, save_figure

BAND = Band(0.3, 10)
NAN = float("nan")


def curve(kinds=("fitted", "converted", "limit"), scale=1.0):
    value = np.array([5e-12, 3e-12 * scale, NAN])[: len(kinds)]
    start = np.array([100.0, 110.0, 120.0])[: len(kinds)]
    limit = np.full(len(kinds), 1e-13 if "limit" in kinds else NAN)
    return FluxCurve(
        ("a", "b", "c")[: len(kinds)],
        BAND,
        start,
        start + 1.0,
        value,
        value * 0.9,
        value * 1.1,
        limit,
        kind=kinds,
        by=("a",) * len(kinds),
    )


def row(name, day, value, label="bbodyrad.kT", **more):
    return EvolutionRow(name, 100.0 + day, 0.5, 1000.0, label, "keV", value, **more)


EVOLUTION = Evolution(
    (
        row("a", 0, 0.05, lo=0.04, hi=0.06, flags="FFFFFFFFF"),
        row("b", 5, 0.06, lo=0.0, hi=0.09, flags="FFFTFFTFF"),
        row("c", 9, 0.07, lo=0.05, hi=0.09, flags="FFTFFFFFF"),
        row("a", 0, 4e20, label="nH", status="frozen"),
    )
)


@pytest.mark.parametrize("look", ["screen", "print"])
def test_limits_are_arrows_and_the_axis_is_logarithmic_where_it_pays(look, tmp_path):
    figure = figure_longterm(curve(), event_mjd=90.0, look=look)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    assert len(axes.texts) == 1  # an arrow
    assert axes.get_xlabel() == "Days since MJD 90"
    assert axes.get_ylabel() == "0.3-10 keV [erg cm$^{-2}$ s$^{-1}$]"
    assert save_figure(figure, tmp_path / "longterm.pdf").stat().st_size > 2000


def test_the_scale_may_be_chosen():
    (axes,) = figure_longterm(curve(("fitted", "converted")), log=True).axes
    assert axes.get_yscale() == "log"
    (axes,) = figure_longterm(curve(), log=False).axes
    assert (axes.get_yscale(), axes.get_xlabel()) == ("linear", "MJD")


def test_nothing_to_draw_is_refused():
    with pytest.raises(InputError, match="Cannot draw 1 observations: none has a rate or a limit"):
        figure_longterm(replace(curve(("",)), flux_erg_per_cm2_s=np.array([NAN])))


def test_parameters_stand_one_below_the_other():
    figure = figure_evolution(EVOLUTION, ("bbodyrad.kT", "nH"), event_mjd=100.0)
    above, below = figure.axes
    assert above.get_ylabel() == "bbodyrad.kT [keV]"
    assert (above.get_xlabel(), below.get_xlabel()) == ("", "Days since MJD 100")
    kinds = [line.get_marker() for line in above.lines if len(line.get_xdata())]
    assert {"o", "D"} <= set(kinds)  # the one with letters is a diamond
    assert figure_evolution(EVOLUTION).axes[0].get_ylabel() == "bbodyrad.kT [keV]"
    assert len(figure_evolution(EVOLUTION).axes) == 1  # what is frozen is not drawn unasked


def test_parameters_need_a_fit():
    with pytest.raises(InputError, match="no observation was fitted"):
        figure_evolution(Evolution())
    with pytest.raises(InputError, match="No parameter 'kT' was fitted"):
        figure_evolution(EVOLUTION, ("kT",))
