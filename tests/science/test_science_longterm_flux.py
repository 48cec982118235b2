"""Rates as fluxes: what was fitted, what is converted, and limits by the nearest fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.longterm import LongTerm
from nuwidgets.domain.series import Series, SeriesPoint, SeriesRequest
from nuwidgets.science.axis_scale import is_log
from nuwidgets.science.longterm_flux import flux_curve, fluxes_of

BAND = Band(0.3, 10)
FLUXES = {"a": (2e-12, 1.8e-12, 2.2e-12), "d": (9e-12, 8e-12, 1e-11)}


def rates(detected=(True, True, False, True, False)):
    n = 5
    rate = np.array([0.1, 0.2, 0.0, 0.3, 0.01])
    return LongTerm(
        names=tuple("abcde"),
        band=BAND,
        start_mjd=np.array([10.0, 12.0, 13.0, 20.0, np.nan]),
        stop_mjd=np.array([10.2, 12.2, 13.2, 20.2, np.nan]),
        exposure_s=np.full(n, 1000.0),
        counts=np.arange(n),
        background_counts=np.arange(n),
        area_ratio=np.full(n, 0.3),
        rate_per_s=rate,
        rate_lo_per_s=rate * 0.9,
        rate_hi_per_s=rate * 1.1,
        limit_per_s=rate * 1.3 + 0.02,
        chance=np.zeros(n),
        detected=np.array(detected),
        fraction=np.ones(n),
        telescope=("Swift",) * n,
        why=("",) * n,
    )


def test_each_observation_has_its_own_way_to_a_flux():
    found = flux_curve(rates(), FLUXES, BAND)
    assert found.kind == ("fitted", "converted", "limit", "fitted", "")
    assert found.by == ("a", "a", "a", "d", "")
    per_rate = 2e-12 / 0.1
    assert found.flux_erg_per_cm2_s[:2] == pytest.approx([2e-12, 0.2 * per_rate])
    assert found.hi_erg_per_cm2_s[:2] == pytest.approx([2.2e-12, 0.22 * per_rate])
    assert found.limit_erg_per_cm2_s[2] == pytest.approx(0.02 * per_rate)
    assert np.isnan(found.flux_erg_per_cm2_s[[2, 4]]).all()
    assert repr(found) == "<FluxCurve: 2 fitted, 1 converted, 1 limit, 1 without>"
    table = found.table()
    assert table["by"].tolist() == ["a", "a", "a", "d", ""]
    assert table["flux"].unit == "erg / (cm2 s)"


def test_another_telescope_is_no_measure():
    mixed = replace(rates(), telescope=("NuSTAR", "Swift", "Swift", "Swift", "Swift"))
    found = flux_curve(mixed, FLUXES, BAND)
    assert found.by == ("a", "d", "d", "d", "")
    found = flux_curve(mixed, {"a": FLUXES["a"]}, BAND)
    assert found.kind == ("fitted", "", "", "", "")


def test_a_fit_of_what_is_not_detected_is_no_measure():
    found = flux_curve(rates((False, True, False, True, False)), FLUXES, BAND)
    assert found.kind[:2] == ("limit", "converted")
    assert found.by[:2] == ("d", "d")


def test_without_any_fit_there_is_nothing():
    found = flux_curve(rates(), {}, BAND)
    assert set(found.kind) == {""}
    assert np.isnan(found.limit_erg_per_cm2_s).all()


def test_fluxes_are_those_of_the_fits_that_have_one():
    asked = FitRequest((), "powerlaw", ())
    done = SeriesPoint("a", asked, fit=object(), flux_erg_per_cm2_s=1.0, flux_interval=(0.5, 2.0))
    series = Series((done, SeriesPoint("b", asked, fit=object()), SeriesPoint("c", asked)))
    assert fluxes_of(series) == {"a": (1.0, 0.5, 2.0)}


def test_fits_one_by_one_are_taken_as_they_are():
    fit = FitRequest((), "powerlaw", ())
    request = SeriesRequest((fit,), ("a",), Band(0.3, 7))
    point = SeriesPoint("a", fit, fit=object(), flux_erg_per_cm2_s=2e-12)
    found = flux_curve(rates(), Series((point,), request=request))
    assert found.band == Band(0.3, 7)
    assert found.flux_erg_per_cm2_s[:2] == pytest.approx([2e-12, 4e-12])
    assert flux_curve(rates(), {}).band == BAND


def test_an_axis_is_logarithmic_where_it_can_and_pays():
    assert is_log(True, [1.0, 2.0, np.nan])
    assert not is_log(True, [-1.0, 2.0])
    assert not is_log(False, [1.0, 1e6])
    assert not is_log(True, [])
