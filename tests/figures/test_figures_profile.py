"""Figures of radial profiles."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.profile import Profile, ProfileFit
from nuwidgets.errors import InputError
from nuwidgets.figures.profile import figure_profile
from nuwidgets.science import psf


def profile(instrument="FPMA", source=1000.0):
    edges = np.arange(0.0, 101.0, 10)
    radius, area = (edges[1:] + edges[:-1]) / 2, np.pi * np.diff(edges**2)
    fit = ProfileFit(source, 30.0, 0.01, 0.001, 0.0, 0.0, 7.0, 7)
    spread = psf.brightness(radius)
    counts = np.round(area * (source * spread + 0.01))
    signal = source * psf.enclosed(edges[1:])
    return Profile(
        edges, counts, area, spread, radius, fit, edges[1:], signal,
        signal + 0.01 * np.pi * edges[1:] ** 2, psf.enclosed(edges[1:]),
        pointing=Pointing(instrument=instrument, object_name="Vela X-1"),
    )  # fmt: skip


def test_profiles_are_drawn_with_fit_background_and_best_radius():
    one, two = profile(), profile("FPMB")
    figure = figure_profile([one, two])
    upper, lower = figure.axes
    assert upper.get_yscale() == "log"
    assert upper.get_title() == "Vela X-1"
    labels = [text.get_text() for text in upper.get_legend().get_texts()]
    assert labels == ["FPMA", "FPMB"]
    assert len(upper.patches) == 4
    best = [line for line in lower.get_lines() if line.get_linestyle() == ":"]
    assert best[0].get_xdata()[0] == pytest.approx(one.best_arcsec)
    assert lower.get_lines()[0].get_ydata() == pytest.approx(one.snr)


def test_a_profile_without_a_source_has_no_best_radius():
    figure = figure_profile(profile(source=0.0), look="print", title="nothing")
    assert [line for line in figure.axes[1].get_lines() if line.get_linestyle() == ":"] == []
    assert figure.axes[0].get_title() == "nothing"


def test_two_of_one_module_are_told_apart():
    figure = figure_profile([profile(), profile()])
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert len(set(labels)) == 2


def test_no_profile_is_no_figure():
    with pytest.raises(InputError, match="no profiles"):
        figure_profile([])
