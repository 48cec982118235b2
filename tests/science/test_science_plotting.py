"""Plotted numbers of small made-up spectra: sums, gaps, errors of counts, what is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.curve import FoldedPart, FoldedSpectrum, ModelPart, ModelSpectrum
from nuwidgets.domain.plot import ERRORS, INCIDENT, KINDS, UNFOLDED, PlotChoice, Rebin
from nuwidgets.science.plot_bins import HC_KEV_ANGSTROM
from nuwidgets.science.plotting import plotted, without_depths

EDGES = np.array([1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 9.0])
COUNTS = np.array([30.0, 20.0, 4.0, 0.0, 3.0, 9.0])
BACK = np.array([2.0, 0.0, 1.0, 4.0, 0.0, 1.0])
TIME, RATIO = 10.0, 4.0
FINE = np.linspace(0.5, 10.0, 96)


def spectrum(**changes):
    """Six bins of a flat model, with a background four times as long."""
    model = np.array([2.5, 2.0, 0.5, 0.3, 0.4, 0.7])
    photons = np.diff(FINE) * 0.1
    parts = (
        FoldedPart("a", 0.75 * model, np.full(6, 0.3)),
        FoldedPart("b", 0.25 * model, 0.1 + 0 * model),
    )
    values = {
        "name": "made up",
        "e_lo_kev": EDGES[:-1],
        "e_hi_kev": EDGES[1:],
        "rate": COUNTS / TIME - BACK / (RATIO * TIME),
        "error": np.sqrt(COUNTS + BACK / RATIO**2 + 1e-9) / TIME,
        "model_rate": model,
        "background_rate": BACK / (RATIO * TIME),
        "contribution": np.arange(6.0),
        "counts": COUNTS,
        "bin_number": np.arange(1, 7),
        "areascal": np.ones(6),
        "time_s": np.full(6, TIME),
        "background_time_s": np.full(6, RATIO * TIME),
        "area_cm2": np.array([5.0, 10.0, 10.0, 0.0, 10.0, 10.0]),
        "unfolded": np.full(6, 0.4),
        "models": (
            ModelSpectrum("", FINE, photons, (ModelPart("a", photons / 2), ModelPart("b", photons / 2))),
        ),
        "parts": parts,
    }  # fmt: skip
    return FoldedSpectrum(**{**values, **changes})


def cut(one, chosen):
    """A spectrum with only these bins noticed."""
    n = len(one.rate)
    fields = {
        k: v[chosen] for k, v in vars(one).items() if isinstance(v, np.ndarray) and len(v) == n
    }
    return replace(one, **fields, parts=())  # fmt: skip


def lines(one, role):
    return [line for line in one.lines if line.role == role]


def test_counts_are_counts_and_rates_times_widths_give_them_back():
    data = plotted(spectrum(), PlotChoice("data")).points
    width = np.diff(EDGES)
    assert data.y * width * TIME == pytest.approx(COUNTS - BACK / RATIO)
    counts = plotted(spectrum(), PlotChoice("counts", x_axis="channel")).points
    assert counts.y == pytest.approx(COUNTS - BACK / RATIO)
    assert counts.x.tolist() == [1, 2, 3, 4, 5, 6]


def test_rates_are_per_areascal():
    scaled = spectrum(areascal=np.full(6, 0.5))
    once, twice = (plotted(one, PlotChoice("data")).points for one in (spectrum(), scaled))
    assert twice.y == pytest.approx(2 * once.y)
    assert twice.error == pytest.approx(2 * once.error)


def test_bins_are_joined_until_they_are_significant():
    shown = plotted(spectrum(), PlotChoice("data", rebin=Rebin(3.0, 100)))
    assert shown.points.x_lo.tolist() == [1.0, 2.0, 3.0]
    assert shown.points.x_hi.tolist() == [2.0, 3.0, 9.0]
    left = np.sum((COUNTS - BACK / RATIO)[2:]) / TIME
    assert shown.points.y[2] * 6.0 == pytest.approx(left)
    assert lines(shown, "model")[0].y[2] * 6.0 == pytest.approx(1.9)
    assert len(plotted(spectrum(), PlotChoice("data", rebin=Rebin(100.0, 2))).points.y) == 3


def test_a_joined_bin_is_not_thinned_by_what_is_ignored_in_it():
    whole, gapped = spectrum(), cut(spectrum(), [0, 1, 2, 4, 5])
    how = PlotChoice("data", x_axis="channel", rebin=Rebin(100.0, 100))
    full, holed = (plotted(one, how).points for one in (whole, gapped))
    assert (holed.x_lo[0], holed.x_hi[0]) == (0.5, 6.5)
    assert holed.y[0] == pytest.approx(gapped.rate.sum() / 5)
    assert full.y[0] == pytest.approx(whole.rate.sum() / 6)


def test_errors_of_counts_go_by_their_names():
    found = {
        kind: plotted(spectrum(), PlotChoice("data", rebin=Rebin(0.0, 1, kind))).points.error[0]
        for kind in ERRORS
    }
    n, b = 30.0, 2.0
    usual = {
        "sqrt": (np.sqrt(n), np.sqrt(b)),
        "poiss-1": (1 + np.sqrt(n + 0.75), 1 + np.sqrt(b + 0.75)),
        "poiss-2": (np.sqrt(n - 0.25), np.sqrt(b - 0.25)),
    }
    usual["poiss-3"] = tuple(np.mean([usual["poiss-1"], usual["poiss-2"]], axis=0))
    for kind, (source, back) in usual.items():
        assert found[kind] == pytest.approx(np.hypot(source / TIME, back / (RATIO * TIME)))
    assert found["quad"] == pytest.approx(found["sqrt"], rel=1e-6)


def test_bins_that_see_nothing_have_no_rate_per_area():
    shown = plotted(spectrum(), PlotChoice("data", area=True, components=True))
    assert shown.points.x_lo.tolist() == [1.0, 2.0, 3.0, 6.0, 8.0]
    plain = plotted(spectrum(), PlotChoice("data")).points.y
    assert shown.points.y == pytest.approx(plain[[0, 1, 2, 4, 5]] / [5, 10, 10, 10, 10])
    assert [len(line.y) for line in lines(shown, "part")] == [5, 5]


def test_residuals_of_poisson_counts_are_measured_by_the_model():
    chi, poisson = spectrum(), spectrum(statistic="cstat")
    how = PlotChoice(lower="delchi")
    off = chi.rate - chi.model_rate
    assert plotted(chi, how).lower.y == pytest.approx(off / chi.error)
    by_model = off / np.sqrt(chi.model_rate / TIME)
    assert plotted(poisson, how).lower.y == pytest.approx(by_model)
    none = replace(poisson, model_rate=np.zeros(6))
    lower = plotted(none, how).lower.y
    assert lower[0] == pytest.approx(chi.rate[0] * TIME / np.sqrt(chi.rate[0] * TIME))
    assert lower[3] == pytest.approx(chi.rate[3] * TIME / (1 + np.sqrt(0.75)))


def test_joined_contributions_are_those_of_the_joined_bin():
    how = PlotChoice(lower="chisq", rebin=Rebin(100.0, 100))
    chi, poisson = spectrum(), spectrum(statistic="cstat")
    off = np.sum(chi.rate - chi.model_rate)
    expected = off * abs(off) / np.sum(chi.error**2)
    assert plotted(chi, how).lower.y == pytest.approx([expected])
    assert plotted(poisson, how).lower.y == pytest.approx([np.sign(off) * 15.0])


@pytest.mark.parametrize("kind", [*UNFOLDED, *INCIDENT, "data", "counts"])
def test_components_add_up_to_the_model(kind):
    shown = plotted(spectrum(), PlotChoice(kind, components=True))
    parts = [line.y for line in lines(shown, "part")]
    assert np.sum(parts, axis=0) == pytest.approx(lines(shown, "model")[0].y)
    assert [line.label for line in lines(shown, "part")] == ["a", "b"]
    assert not lines(plotted(spectrum(), PlotChoice(kind)), "part")


def test_models_of_several_sources_are_apart():
    photons = np.diff(FINE)
    both = (ModelSpectrum("", FINE, photons), ModelSpectrum("bkg", FINE, photons))
    shown = plotted(spectrum(models=both), PlotChoice("model"))
    assert [line.label for line in shown.lines] == ["", "bkg"]
    assert shown.points is None
    assert shown.lower is not None


def test_powers_of_energy_are_those_of_the_geometric_middle():
    y = {k: plotted(spectrum(), PlotChoice(k)).points.y for k in UNFOLDED}
    middle = np.sqrt(EDGES[:-1] * EDGES[1:])
    assert y["eufspec"] == pytest.approx(y["ufspec"] * middle)
    assert y["eeufspec"] == pytest.approx(y["ufspec"] * middle**2)
    wave = plotted(spectrum(), PlotChoice("eufspec", x_axis="angstrom")).points
    assert wave.y == pytest.approx(y["eufspec"])
    assert wave.x_hi == pytest.approx(HC_KEV_ANGSTROM / EDGES[1:])


def test_shares_of_counts_end_at_one():
    shown = plotted(spectrum(), PlotChoice("icounts"))
    assert shown.points.y[-1] == pytest.approx(1.0)
    assert lines(shown, "model")[0].y[-1] == pytest.approx(1.0)


def test_the_background_has_its_own_plot():
    shown = plotted(spectrum(), PlotChoice("background"))
    assert shown.points.y == pytest.approx(BACK / (RATIO * TIME) / np.diff(EDGES))
    assert shown.points.error[0] == pytest.approx(np.sqrt(2) / (RATIO * TIME))
    bare = replace(spectrum(), background_time_s=None)
    assert not plotted(bare, PlotChoice("background")).points.error.any()


def test_what_comes_without_particulars_is_plotted_all_the_same():
    one = spectrum()
    names = ("bin_number", "areascal", "time_s", "background_time_s", "area_cm2", "unfolded")
    bare = replace(one, **dict.fromkeys(names), models=(), parts=())
    for kind in KINDS:
        for rebin in (Rebin(), Rebin(3.0, 3, "sqrt")):
            shown = plotted(bare, PlotChoice(kind, rebin=rebin, area=True, background=True))
            assert shown.points is None or len(shown.points.y)
    assert np.isnan(plotted(bare, PlotChoice("ufspec")).points.y).all()


def test_no_bins_are_plotted_as_none():
    none = cut(spectrum(), np.zeros(6, bool))
    for kind in KINDS:
        shown = plotted(none, PlotChoice(kind, rebin=Rebin(3.0, 3)))
        assert shown.points is None or len(shown.points.y) == 0


def test_wings_do_not_stretch_a_logarithmic_axis():
    deep = np.geomspace(1e-300, 1.0, 95)
    one = spectrum(models=(ModelSpectrum("", FINE, deep),))
    shown = plotted(one, PlotChoice("model"))
    least = np.nanmin(lines(without_depths(shown, log_y=True), "model")[0].y)
    assert 1e-6 < least < 1e-2
    assert without_depths(shown, log_y=False) is shown
    wing = FoldedPart("wing", np.array([1e-200, 1e-9, 1.0, 1.0, 1.0, 1.0]), np.ones(6))
    part = lines(
        without_depths(
            plotted(spectrum(parts=(wing,)), PlotChoice("ldata", components=True)), log_y=True
        ),
        "part",
    )[0]
    assert np.isnan(part.y[:2]).all()
    assert np.isfinite(part.y[2:]).all()
    silent = plotted(spectrum(model_rate=np.zeros(6)), PlotChoice("ldata"))
    assert without_depths(silent, log_y=True) is silent
    unseen = plotted(spectrum(rate=np.zeros(6)), PlotChoice("ldata"))  # no datum above its error
    assert np.isfinite(lines(without_depths(unseen, log_y=True), "model")[0].y).any()
