"""Two fits compared: numbers that can be had by hand, and the words that go with them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.model_choice import Measures, ModelChoice, Tried
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.errors import InputError
from nuwidgets.science.model_choice import compare_fits
from nuwidgets.science.models.expression import Expression


def tried(expression, lowest, n_free, n_bins=100, **changes):
    request = FitRequest(
        (FileSpectrumRequest("a.pha"),), expression, Expression.parse(expression).parameters()
    )
    return Tried(replace(request, **changes), lowest, n_bins - n_free, n_bins)


def test_criteria_are_those_of_the_books():
    one = Measures("powerlaw", 90.0, 100, 3)
    assert one.aic == 96.0
    assert one.aicc == pytest.approx(96 + 2 * 3 * 4 / 96)
    assert one.bic == pytest.approx(90 + 3 * math.log(100))
    assert math.isnan(Measures("powerlaw", 90.0, 4, 3).aicc)


def test_f_and_likelihood_ratio_have_closed_forms_for_two_parameters_more():
    made = compare_fits(tried("powerlaw", 110.0, 3), tried("powerlaw+gaussian", 100.0, 5))
    f = (10 / 2) / (100 / 95)
    assert made.f_value == pytest.approx(f)
    assert made.f_probability == pytest.approx((1 + 2 * f / 95) ** (-95 / 2))
    assert made.ratio_probability == pytest.approx(math.exp(-10 / 2))
    assert made.delta_statistic == -10
    assert made.delta_dof == -2
    assert made.delta_aic == pytest.approx(-6)
    assert made.delta_bic == pytest.approx(2 * math.log(100) - 10)


def test_the_order_of_the_fits_changes_signs_only():
    one, two = tried("powerlaw", 110.0, 2), tried("powerlaw+gaussian", 100.0, 5)
    there, back = compare_fits(one, two), compare_fits(two, one)
    assert there.delta_aicc == -back.delta_aicc
    assert there.f_probability == back.f_probability
    assert there.warnings == back.warnings


def test_an_added_component_is_warned_of():
    made = compare_fits(tried("powerlaw", 110.0, 2), tried("powerlaw+gaussian", 100.0, 5))
    assert "gaussian was added" in made.warnings[0]
    assert "Protassov et al. 2002, 2002ApJ...571..545P" in made.warnings[0]


def test_models_that_are_not_nested_are_warned_of():
    made = compare_fits(tried("powerlaw", 110.0, 2), tried("tbabs*bbody", 100.0, 3))
    assert "powerlaw of 'powerlaw' is no part of 'tbabs*bbody'" in made.warnings[0]


def test_a_thawed_parameter_needs_no_warning():
    one = tried("powerlaw", 110.0, 1)
    made = compare_fits(one, tried("powerlaw", 100.0, 2))
    assert made.warnings == ()
    assert made.ratio_probability == pytest.approx(math.erfc(math.sqrt(10 / 2)))


def test_a_richer_model_that_fits_worse_is_warned_of():
    made = compare_fits(tried("powerlaw", 100.0, 2), tried("powerlaw+gaussian", 101.0, 5))
    assert math.isnan(made.f_value)
    assert math.isnan(made.ratio_probability)
    assert "more free parameters but a larger statistic" in made.warnings[0]


def test_models_with_as_many_parameters_have_no_test():
    made = compare_fits(tried("powerlaw", 100.0, 2), tried("bbody", 140.0, 2))
    assert math.isnan(made.ratio_probability)
    assert "neither is a special case" in made.warnings[0]


def test_poisson_statistics_have_no_f_test():
    made = compare_fits(
        tried("powerlaw", 110.0, 3, statistic="cstat"),
        tried("powerlaw+gaussian", 100.0, 5, statistic="cstat"),
    )
    assert math.isnan(made.f_value)
    assert made.ratio_probability == pytest.approx(math.exp(-10 / 2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"statistic": "cstat"}, "differ in the statistic, 'chi' and 'cstat'"),
        ({"ignore": ("**-3.",)}, "differ in the ignored ranges, "),
        ({"weight": "model"}, "differ in the weight, 'standard' and 'model'"),
        ({"systematic": 0.03}, "differ in the systematic error, 0.0 and 0.03"),
        ({"spectra": (FileSpectrumRequest("b.pha"),)}, "differ in the spectra or their grouping, "),
    ],
)
def test_what_cannot_be_compared_is_refused(changes, words):
    with pytest.raises(InputError, match=words):
        compare_fits(tried("powerlaw", 1.0, 2), tried("bbody", 1.0, 2, **changes))


def test_other_bins_are_refused():
    with pytest.raises(InputError, match="fitted to 100 and 90 bins"):
        compare_fits(tried("powerlaw", 1.0, 2), tried("bbody", 1.0, 2, n_bins=90))


def test_a_fit_that_knows_no_request_is_refused():
    with pytest.raises(InputError, match="do not know what was asked"):
        compare_fits(replace(tried("powerlaw", 1.0, 2), request=None), tried("bbody", 1.0, 2))


def test_the_words_say_which_is_preferred():
    made = ModelChoice(Measures("a", 100.0, 100, 2), Measures("b", 50.0, 100, 3))
    assert "AIC clearly prefers 'b' (-48.00)." in made.words
    even = ModelChoice(Measures("a", 100.0, 100, 2), Measures("b", 98.5, 100, 3))
    assert "AIC sees no difference (+0.50)." in even.words
    assert repr(even).startswith("'b' against 'a': the statistic changes by -1.50")
