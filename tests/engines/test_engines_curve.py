"""Curves of small spectra: what stands beside the folded model, whole and in parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import EDGES_KEV, Token, predicted, request, spectrum

from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import SourceResponse
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.files.kept import load_product, save_product, storable
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.expression import Expression

MODEL = "tbabs*(powerlaw + gaussian)"
NO_MODEL = replace(request("powerlaw"), expression="", parameters=())
VALUES = {"p1": 0.5, "p2": 1.8, "p3": 0.05, "p4": 6.4, "p5": 0.1, "p6": 0.01}


def counted(**changes):
    counts = np.rint(predicted(MODEL, list(VALUES.values())))
    return spectrum(counts, **changes)


def curve(one=None, *, components=False, asked=None):
    asked = asked or request(MODEL, **VALUES)
    return solve_curve(CurveRequest(asked, components), (one or counted(),), Token())


def test_the_model_before_the_response_is_the_expressions_own():
    found = curve().spectra[0]
    (model,) = found.models
    photons = Expression.parse(MODEL).evaluate(EDGES_KEV, list(VALUES.values()))
    lo = int(np.searchsorted(EDGES_KEV, model.edges_kev[0] - 1e-9))
    assert model.photons == pytest.approx(photons[lo : lo + len(model.photons)])
    pairs = photons.reshape(-1, 2).sum(axis=1)  # two energies in each channel
    assert found.unfolded == pytest.approx(pairs)
    assert found.area_cm2[20:80] == pytest.approx(100.0, rel=1e-3)
    assert found.parts == model.parts == ()


def test_bins_keep_their_numbers_when_others_are_ignored():
    asked = replace(request(MODEL, **VALUES), ignore=("1-9 12-13",))
    found = curve(asked=asked).spectra[0]
    assert found.bin_number[:4].tolist() == [10, 11, 14, 15]
    assert np.allclose(found.time_s, 1000.0)
    assert found.background_time_s is None


def test_components_add_up_folded_and_unfolded():
    plain, found = curve().spectra[0], curve(components=True).spectra[0]
    assert [part.label for part in found.parts] == ["powerlaw", "gaussian"]
    assert sum(part.model_rate for part in found.parts) == pytest.approx(plain.model_rate)
    assert sum(part.unfolded for part in found.parts) == pytest.approx(plain.unfolded)
    (model,) = found.models
    assert sum(part.photons for part in model.parts) == pytest.approx(model.photons)
    assert curve(components=True).statistic == curve().statistic


def test_one_component_alone_is_the_model():
    asked = request("tbabs*powerlaw", p1=0.5, p2=1.8, p3=0.05)
    assert curve(asked=asked, components=True).spectra[0].parts == ()


def test_several_sources_are_apart_and_together():
    text = "powerlaw; 2:bkg bbody"
    parameters = Composite.parse(text).parameters(1)
    asked = replace(
        request("powerlaw"),
        expression=text,
        parameters=parameters,
        responses=(SourceResponse(1, 2, "same"),),
    )
    found = curve(asked=asked, components=True).spectra[0]
    assert [one.name for one in found.models] == ["", "bkg"]
    assert [part.label for part in found.parts] == ["powerlaw", "bkg:bbody"]
    assert sum(part.model_rate for part in found.parts) == pytest.approx(found.model_rate)
    assert sum(part.unfolded for part in found.parts) == pytest.approx(found.unfolded)


def test_rates_are_as_the_file_counts_whatever_areascal():
    one = counted()
    scaled = replace(one, areascal=np.full(100, 0.5))
    whole, half = (curve(each).spectra[0] for each in (one, scaled))
    assert half.rate == pytest.approx(whole.rate)
    assert half.areascal[0] == 0.5
    assert half.time_s == pytest.approx(0.5 * whole.time_s)


def test_the_curve_says_its_test_statistic():
    asked = replace(request(MODEL, **VALUES), test_statistic="pchi")
    found = curve(asked=asked)
    assert found.test_name == "Pearson's chi-squared"
    assert 0 <= found.test_statistic < 100
    assert np.isnan(curve(asked=NO_MODEL).test_statistic)


def test_without_a_model_the_data_are_there_alone():
    found = curve(asked=NO_MODEL).spectra[0]
    assert found.models == ()
    assert found.unfolded is None
    assert np.isnan(found.model_rate).all()
    assert found.bin_number[-1] == 100


def test_a_curve_with_components_is_kept_on_disk(tmp_path):
    found = curve(components=True)
    assert storable(found)
    path = tmp_path / "kept" / "curve.fits"
    back = load_product(path, save_product(path, found)).spectra[0]
    one = found.spectra[0]
    assert back.parts[1].label == "gaussian"
    assert np.array_equal(back.models[0].parts[0].photons, one.models[0].parts[0].photons)
    assert np.array_equal(back.bin_number, one.bin_number)
