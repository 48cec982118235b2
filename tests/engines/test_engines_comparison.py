"""Which statistic, weight and test a fit uses, what is said of them, and that they find the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token, changed, predicted, request, spectrum

from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import (
    PROBLEMS,
    STATISTICS,
    TEST_STATISTICS,
    WEIGHTS,
    ErrorsRequest,
    Interval,
)
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.errors import InputError

TRUTH = (1.7, 0.5)


def observed(seed=1, *, level=60.0, exposure_s=1000.0, gauss=None):
    """A power law on a background of `level` counts, four times as many in its own spectrum."""
    rng = np.random.default_rng(seed)
    extra = np.full(100, level)
    back = spectrum(rng.poisson(4 * extra), backscal=np.full(100, 4.0))
    if gauss:
        back = replace(back, poisson=False, stat_error=np.full(100, gauss))
    source = predicted("powerlaw", TRUTH) * exposure_s / 1000.0
    return spectrum(rng.poisson(source + extra), background=back, exposure_s=exposure_s)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("alone", [False, True])
def test_every_statistic_finds_the_truth(statistic, alone):
    one = observed()
    if alone:
        one = spectrum(np.random.default_rng(2).poisson(predicted("powerlaw", TRUTH)))
    found = solve_fit(request("powerlaw", statistic=statistic), (one,), Token())
    assert found.converged
    for p, sigma, truth in zip(found.parameters, found.sigma, TRUTH, strict=True):
        assert abs(p.value - truth) < 3.5 * sigma
    assert 50 < found.statistic < 160
    errors = solve_errors(ErrorsRequest(request("powerlaw", statistic=statistic, p1=1.7, p2=0.5),
                                        1.0), (one,), Token())  # fmt: skip
    for one_interval, p, sigma in zip(errors.intervals, found.parameters, found.sigma, strict=True):
        assert one_interval.flags == "FFFFFFFFF"
        assert one_interval.hi - p.value == pytest.approx(sigma, rel=0.1)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_weight_finds_the_truth(weight):
    asked = replace(request("powerlaw"), weight=weight)
    found = solve_fit(asked, (observed(),), Token())
    for p, sigma, truth in zip(found.parameters, found.sigma, TRUTH, strict=True):
        assert abs(p.value - truth) < 3.5 * sigma
    assert weight[:4] in found.statistic_name.lower()


def test_weights_order_as_their_errors():
    def sigma(weight):
        asked = replace(request("powerlaw"), weight=weight)
        return solve_fit(asked, (observed(),), Token()).sigma[0]

    assert sigma("gehrels") > 1.01 * sigma("standard")
    assert sigma("model") == pytest.approx(sigma("standard"), rel=0.1)
    assert sigma("churazov") == pytest.approx(sigma("standard"), rel=0.1)


def test_a_systematic_error_widens_all():
    one = observed()
    plain = solve_fit(request("powerlaw"), (one,), Token())
    wide = solve_fit(replace(request("powerlaw"), systematic=0.1), (one,), Token())
    assert wide.statistic < plain.statistic
    assert wide.sigma[0] > 1.1 * plain.sigma[0]
    assert wide.statistic_name.endswith("standard weights, 0.1 of the model as its error)")


def test_the_churazov_weight_looks_beyond_what_is_noticed():
    counts = np.full(100, 4.0)
    asked = replace(request("powerlaw", ignore=("1-50",)), weight="churazov")
    low = solve_curve(CurveRequest(asked), (spectrum(counts),), Token())
    more = spectrum(np.where(np.arange(100) < 50, 30.0, counts))
    high = solve_curve(CurveRequest(asked), (more,), Token())
    # the first noticed bin takes in bins that are ignored
    assert high.spectra[0].contribution[0] < 0.6 * low.spectra[0].contribution[0]
    assert high.spectra[0].contribution[5:] == pytest.approx(low.spectra[0].contribution[5:])


@pytest.mark.parametrize("name", TEST_STATISTICS)
def test_test_statistics_tell_a_right_model_from_a_wrong_one(name):
    one = observed()
    asked = replace(request("powerlaw", p1=1.7, p2=0.5), test_statistic=name)
    right = solve_curve(CurveRequest(asked), (one,), Token())
    wrong = solve_curve(CurveRequest(changed(asked, 1, value=2.5)), (one,), Token())
    # runs are rarer where the model is wrong, all others grow
    assert (wrong.test_statistic > right.test_statistic) == (name != "runs")
    assert right.test_name == solve_fit(asked, (one,), Token()).test_name
    both = replace(asked, spectra=asked.spectra * 2, parameters=asked.parameters * 2)
    both = replace(both, parameters=tuple(replace(p, number=i, group=1 + (i > 2))
                   for i, p in enumerate(both.parameters, start=1)))  # fmt: skip
    twice = solve_curve(CurveRequest(both), (one, one), Token())
    if name != "runs":
        assert twice.test_statistic == pytest.approx(2 * right.test_statistic)


def test_the_test_is_chi_squared_of_a_poisson_fit_too():
    one = observed()
    asked = request("powerlaw", statistic="cstat", p1=1.7, p2=0.5)
    curve = solve_curve(CurveRequest(asked), (one,), Token())
    chi = solve_curve(CurveRequest(replace(asked, statistic="chi")), (one,), Token())
    assert curve.test_statistic == pytest.approx(chi.statistic)
    assert curve.test_name == chi.statistic_name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statistic": "cstats"}, "fit with the statistic 'cstats'.*'cstat'"),
        ({"weight": "gerels"}, "weight chi-squared by 'gerels'.*'gehrels'"),
        ({"test_statistic": "kss"}, "test the fit with 'kss'.*'ks'"),
        ({"systematic": -0.1}, "-0.1 as the model's systematic error.*0.03 for 3 %"),
        ({"systematic": np.inf}, "inf as the model's systematic error"),
    ],
)
def test_what_is_not_known_is_refused(change, said):
    with pytest.raises(InputError, match=said):
        solve_fit(replace(request("powerlaw"), **change), (observed(),), Token())


def said(one, **settings):
    asked = replace(request("powerlaw", p1=1.7, p2=0.5), **settings)
    curve = solve_curve(CurveRequest(asked), (one,), Token())
    return curve.statistic_name, " ".join(curve.provenance.warnings)


@pytest.mark.parametrize(
    ("statistic", "name", "alone"),
    [
        ("chi", "chi-squared (background subtracted, standard weights)", "chi-squared"),
        ("cstat", "W-statistic (cstat with a background)", "C-statistic (cstat without"),
        ("pgstat", "PG-statistic (Poisson counts, background with Gau", "C-statistic (pgstat with"),
        ("pstat", "P-statistic (Poisson counts, background known", "C-statistic (pstat without"),
        ("lstat", "L-statistic (Poisson counts, background integr", "C-statistic (lstat without"),
    ],
)
def test_the_statistic_is_said_in_words(statistic, name, alone):
    assert said(observed(), statistic=statistic)[0].startswith(name)
    bare = replace(observed(), background=None)
    words, warnings = said(bare, statistic=statistic)
    assert words.startswith(alone)
    told = f"toy: it has no background, so {statistic} is cstat's C-statistic." in warnings
    assert told == (statistic in {"pgstat", "pstat", "lstat"})


def test_what_is_given_in_vain_is_said():
    _, warnings = said(observed(), statistic="cstat", weight="model", systematic=0.03)
    assert "The weight 'model' is not used: cstat takes its errors from the counts." in warnings
    assert "The systematic error of 0.03 is not used" in warnings
    assert said(observed(), statistic="cstat")[1] == ""
    assert said(observed(), weight="gehrels", systematic=0.03)[1] == ""


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        ("standard", "bins hold fewer than 20 counts, where chi-squared is biased"),
        ("gehrels", "Gehrels' errors are too large and chi-squared comes out too small"),
        ("churazov", "an error is that of the bin and its neighbours together"),
        ("model", "errors that follow the model draw it upwards"),
    ],
)
def test_few_counts_are_said_for_each_weight(weight, sentence):
    few = observed(level=1.0, exposure_s=10.0)
    assert sentence in said(few, weight=weight)[1]


def test_errors_that_are_not_poissons_are_said():
    gauss = observed(gauss=20.0)
    assert "the weight 'gehrels' makes them from the counts" in said(gauss, weight="gehrels")[1]
    for statistic in ("cstat", "pstat", "lstat"):
        text = f"its errors are not Poisson's, but {statistic} takes them as such"
        assert text in said(gauss, statistic=statistic)[1]
    # pgstat is made for a background with errors of its own
    assert said(gauss, statistic="pgstat")[1] == ""
    assert said(observed(), statistic="pgstat")[1] == ""
    source = replace(gauss, poisson=False, stat_error=np.full(100, 3.0))
    assert "but pgstat takes them as such" in said(source, statistic="pgstat")[1]


def test_what_does_not_suit_a_background_is_said():
    few = observed(level=2.0)
    assert "fewer than 20 background counts, whose errors are not Gaussian" in said(
        few, statistic="pgstat")[1]  # fmt: skip
    assert "its background is counted, not known exactly" in said(few, statistic="pstat")[1]
    assert said(few, statistic="lstat")[1] == ""
    none = replace(few, background=replace(few.background, counts=np.zeros(100)))
    assert "100 of 100 bins hold no background counts" in said(none, statistic="cstat")[1]
    parts = replace(few, counts=few.counts + 0.25)
    assert "100 of 100 bins hold no whole number of counts" in said(parts, statistic="lstat")[1]


def test_the_errors_of_a_background_count_in_pgstat():
    asked = request("powerlaw", statistic="pgstat")
    narrow = solve_fit(asked, (observed(gauss=1.0),), Token())
    wide = solve_fit(asked, (observed(gauss=400.0),), Token())
    assert wide.sigma[1] > 1.3 * narrow.sigma[1]


def test_problem_letters_are_spelled_out():
    assert len(PROBLEMS) == 9
    assert Interval(1, 0.0, 1.0).problems == ()
    one = Interval(1, 0.0, 1.0, "FFFTFFTFF")
    assert list(one.named_problems) == ["hard_low", "low_failed"]
    assert one.problems[0].startswith("The lower limit was met before the statistic rose enough")
    assert len(Interval(1, 0.0, 1.0, "T" * 9).problems) == 9


def test_problems_are_told_of_each_parameter():
    exact = spectrum(predicted("phabs*powerlaw", (0.001, *TRUTH), exposure_s=10.0), exposure_s=10.0)
    asked = changed(request("phabs*powerlaw", p1=0.001, p2=1.7, p3=0.5), 3, frozen=True)
    warnings = solve_errors(ErrorsRequest(asked, 2.706, (1, 3)), (exact,), Token())
    told = warnings.provenance.warnings
    assert "phabs.nH (parameter 1): the lower limit was met before" in told[0]
    assert "phabs.nH (parameter 1): no lower end was found" in told[1]
    assert "powerlaw.norm (parameter 3): the parameter is frozen or linked" in told[2]


def test_a_better_fit_on_the_way_is_told():
    exact = spectrum(predicted("gaussian+gaussian", (3.0, 0.1, 0.02, 5.0, 0.1, 0.05)) + 1.0)
    asked = request("gaussian", statistic="cstat", p1=3.0, p2=0.1, p3=0.02)
    token = Token()
    found = solve_errors(ErrorsRequest(asked, 2000.0, (1,)), (exact,), token)
    assert found.better_fit is not None
    assert found.intervals[0].flags[0] == "T"
    assert any(
        "A better fit was met on the way along gaussian.LineE (parameter 1)" in text
        for text in found.provenance.warnings
    )
    assert any("a better fit, starting again" in line for _, _, line in token.lines)


def test_a_component_that_is_approximate_is_said():
    one = spectrum(np.full(100, 100.0))
    for model, name in (("phabs*pexrav", "pexrav"), ("vphabs*powerlaw", "vphabs")):
        curve = solve_curve(CurveRequest(request(model)), (one,), Token())
        assert any(text.startswith(f"{name}: ") for text in curve.provenance.warnings)
    curve = solve_curve(CurveRequest(request("phabs*powerlaw")), (one,), Token())
    assert not any("Monte Carlo" in text for text in curve.provenance.warnings)
