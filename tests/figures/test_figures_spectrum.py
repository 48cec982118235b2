"""Figures of spectra: every kind, with components, in both looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.curve import Curve, FoldedPart, FoldedSpectrum, ModelPart, ModelSpectrum
from nuwidgets.domain.plot import KINDS, LOWER, PlotChoice, Rebin
from nuwidgets.errors import InputError
from nuwidgets.figures import figure_bytes, figure_spectrum
from nuwidgets.figures.spectrum_axes import raised

EDGES = np.geomspace(3.0, 79.0, 41)


def folded(name="A", scale=1.0):
    lo, hi = EDGES[:-1], EDGES[1:]
    unfolded = scale * 0.01 * np.sqrt(lo * hi) ** -1.9 * (hi - lo)
    model = 100 * unfolded
    counts = np.random.default_rng(5).poisson(model * 50_000).astype(float)
    zero = np.full(40, 2e-4)
    halves = [FoldedPart(one, model / 2, unfolded / 2) for one in ("powerlaw", "bbody")]
    before = tuple(ModelPart(one, unfolded / 2) for one in ("powerlaw", "bbody"))
    return FoldedSpectrum(
        name, lo, hi, counts / 50_000, np.sqrt(counts + 1) / 50_000, model, zero, zero, counts,
        bin_number=np.arange(1, 41), time_s=np.full(40, 5e4), unfolded=unfolded,
        area_cm2=np.full(40, 100.0), models=(ModelSpectrum("", EDGES, unfolded, before),),
        parts=tuple(halves),
    )  # fmt: skip


CURVE = Curve((folded("60001110002A"), folded("60001110002B", 0.9)), 80.0, 77, 80, "chi-squared")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_with_its_unit(kind):
    choice = PlotChoice(kind, lower="delchi", components=True, background=True)
    figure = figure_spectrum(CURVE, choice=choice)
    upper, lower = figure.axes
    assert upper.get_ylabel() == raised(choice.y_label())
    assert lower.get_ylabel() == raised("Δ / error")
    assert upper.get_yscale() == ("log" if choice.y_log else "linear")
    entries = [text.get_text() for text in upper.get_legend().get_texts()]
    assert entries[:2] == ["60001110002A", "60001110002B"]
    assert entries.count("powerlaw") == (kind not in ("icounts", "background"))


@pytest.mark.parametrize("look", ["screen", "print"])
def test_components_are_drawn_in_both_looks(look):
    choice = PlotChoice("eeufspec", components=True)
    figure = figure_spectrum(CURVE, choice=choice, look=look)
    dashes = [line.get_linestyle() for line in figure.axes[0].lines]
    assert dashes.count("--") >= 4
    assert figure_bytes(figure, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize("lower", LOWER)
def test_every_lower_pane_is_drawn_or_left_out(lower):
    figure = figure_spectrum(CURVE, choice=PlotChoice(lower=lower))
    assert len(figure.axes) == (2 if lower else 1)
    assert figure.axes[-1].get_xlabel() == "Energy [keV]"
    if lower in ("delchi", "residuals", "chisq"):
        lo, hi = figure.axes[1].get_ylim()
        assert lo == pytest.approx(-hi)


@pytest.mark.parametrize("axis", ["channel", "angstrom"])
def test_other_axes_are_named(axis):
    choice = PlotChoice("ldata", x_axis=axis, rebin=Rebin(20.0, 5))
    upper, lower = figure_spectrum(CURVE, choice=choice).axes
    assert lower.get_xlabel() == choice.x_label
    assert upper.get_xscale() == ("linear" if axis == "channel" else "log")
    assert len(upper.containers[0].lines[2][0].get_segments()) < 40


def test_rates_per_areascal_are_called_normalized():
    scaled = replace(CURVE.spectra[0], areascal=np.full(40, 2.0))
    upper = figure_spectrum(replace(CURVE, spectra=(scaled,))).axes[0]
    assert upper.get_ylabel().startswith("normalized counts")


def test_what_needs_a_model_is_refused_without_one():
    blank = np.full(40, np.nan)
    bare = replace(CURVE.spectra[0], model_rate=blank, unfolded=None, models=(), parts=())
    for kind in ("eeufspec", "model"):
        with pytest.raises(InputError, match=f"Cannot draw '{kind}' of the spectrum: it needs"):
            figure_spectrum(replace(CURVE, spectra=(bare,)), choice=PlotChoice(kind))
    assert figure_spectrum(replace(CURVE, spectra=(bare,)), choice=PlotChoice("data"))


@pytest.mark.parametrize(("lowest", "labels"), [(3.0, {"3", "5", "10", "50"}), (1e-5, {"0.001"})])
def test_labels_of_energies_do_not_run_into_each_other(lowest, labels):
    edges = np.geomspace(lowest, 79.0, 41)
    wide = ModelSpectrum("", edges, CURVE.spectra[0].unfolded, ())
    curve = replace(CURVE, spectra=(replace(CURVE.spectra[0], models=(wide,)),))
    axes = figure_spectrum(curve, choice=PlotChoice("model")).axes[-1]
    shown = {text.get_text() for text in axes.get_xticklabels()}
    assert labels <= shown
    assert ("0.002" in shown, "0.003" in shown) == (False, False)


def test_long_words_about_the_statistic_take_two_lines():
    name = "chi-squared (background subtracted, standard weights, 0.03 of the model as its error)"
    upper = figure_spectrum(replace(CURVE, statistic_name=name)).axes[0]
    lines = upper.get_title(loc="left").split("\n")
    assert " ".join(lines) == f"{name} = 80.0 for 77 dof"
    assert len(lines) == 2
