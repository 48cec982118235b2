"""Goodness: a true model is neither too good nor too bad, a wrong one is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import predicted, request, response, spectrum

from nuwidgets.core.job import Token
from nuwidgets.domain.goodness import Goodness, GoodnessRequest
from nuwidgets.engines.embedded.compare import kind
from nuwidgets.engines.embedded.fitdata import prepare
from nuwidgets.engines.embedded.goodness import solve_goodness
from nuwidgets.engines.embedded.redrawn import redrawn
from nuwidgets.errors import CancelledError, InputError

TRUTH = (1.8, 5.0)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(11)
    return spectrum(rng.poisson(predicted("powerlaw", TRUTH)), matrix=response())


def asked(expression="powerlaw", statistic="cstat", **changes):
    fit = request(expression, statistic=statistic, p1=TRUTH[0], p2=TRUTH[1])
    return GoodnessRequest(replace(fit, test_statistic=changes.pop("test", "chi")), **changes)


def test_the_fit_statistic_of_simulated_data_is_that_of_chance(data):
    found = solve_goodness(asked(n=200), (data,), Token())
    assert found.n_done == 200
    # C of well-filled bins is a chi-squared of bins minus free parameters
    assert found.fit_values.mean() == pytest.approx(98, abs=4)
    assert found.fit_values.std() == pytest.approx(np.sqrt(2 * 98), rel=0.2)
    assert 0.02 < found.fit_fraction < 0.98
    assert "smaller test statistic" in repr(found)


def test_without_a_fit_each_has_all_its_bins_free(data):
    found = solve_goodness(asked(n=200, refit=False), (data,), Token())
    assert found.fit_values.mean() == pytest.approx(100, abs=4)


def test_a_wrong_model_is_found_out(data):
    for test in ("chi", "ks", "ad"):
        found = solve_goodness(asked("bbody", n=40, test=test), (data,), Token())
        assert found.fraction == 1.0, test


def test_parameters_drawn_from_the_covariance_spread_wider_without_a_fit(data):
    fixed, drawn = (
        solve_goodness(asked(n=150, refit=False, draw=draw), (data,), Token())
        for draw in (False, True)
    )
    # each is compared with the model it was drawn from: both are 100 bins of chance
    assert drawn.fit_values.mean() == pytest.approx(fixed.fit_values.mean(), abs=5)
    assert drawn.fit_values.tolist() != fixed.fit_values.tolist()


def test_a_seed_gives_the_same_again(data):
    one, two, other = (
        solve_goodness(asked(n=5, seed=seed), (data,), Token()) for seed in (3, 3, 4)
    )
    assert one.values.tolist() == two.values.tolist() != other.values.tolist()


def test_partial_products_and_stop(data):
    heard = []
    token = Token(heard.append)
    solve_goodness(asked(n=300), (data,), token)
    partial = [one.partial for one in heard if one.partial is not None]
    assert 0 < partial[0].n_done < 300
    stopped = Token(lambda progress: stopped.cancel() if progress.partial else None)
    with pytest.raises(CancelledError, match="Stopped on request"):
        solve_goodness(asked(n=300), (data,), stopped)


def test_none_is_no_number_of_data_sets(data):
    with pytest.raises(InputError, match="by 0 simulated data sets"):
        solve_goodness(asked(n=0), (data,), Token())


@pytest.mark.parametrize("weight", ["standard", "gehrels", "churazov", "model"])
def test_errors_of_simulated_data_are_their_own(data, weight):
    fit = replace(request("powerlaw", statistic="chi"), weight=weight)
    ready = prepare(data, ("**-3.",), 1)
    drawn = redrawn(ready, np.full(len(ready.counts), 0.2), np.random.default_rng(1))
    assert drawn.counts.mean() == pytest.approx(200, rel=0.02)
    assert drawn.rate == pytest.approx(drawn.counts / 1000)
    one, other = kind(fit, ready).variance, kind(fit, drawn).variance
    if weight != "model":
        assert not np.allclose(one, other)
        assert other == pytest.approx(np.full(len(other), 200 / 1e6), rel=0.45)


def test_the_background_is_drawn_too(data):
    behind = spectrum(np.full(100, 30.0), exposure_s=1000.0)
    with_background = replace(data, background=replace(behind, backscal=np.full(100, 10.0)))
    ready = prepare(with_background, (), 1)
    drawn = redrawn(ready, np.full(100, 0.5), np.random.default_rng(1))
    assert drawn.background.mean() == pytest.approx(30, rel=0.06)
    assert drawn.counts.mean() == pytest.approx(500 + 3, rel=0.02)
    assert drawn.rate == pytest.approx(drawn.counts / 1000 - drawn.background / 10_000)
    assert drawn.variance == pytest.approx(drawn.counts / 1e6 + drawn.background / 1e8)


def test_a_background_with_other_errors_is_drawn_as_rates(data):
    behind = replace(
        spectrum(np.full(100, 30.0)), poisson=False, stat_error=np.full(100, 2.0),
        backscal=np.full(100, 10.0),
    )  # fmt: skip
    ready = prepare(replace(data, background=behind), (), 1)
    drawn = redrawn(ready, np.full(100, 0.5), np.random.default_rng(1))
    assert drawn.background.std() == pytest.approx(2.0, rel=0.25)
    assert (drawn.counts == np.rint(drawn.counts)).all()
    assert drawn.variance == pytest.approx(drawn.counts / 1e6 + 4.0 / 1e8)


def test_data_with_other_errors_are_drawn_as_rates(data):
    given = replace(data, poisson=False, stat_error=np.full(100, 7.5))
    ready = prepare(given, (), 1)
    drawn = redrawn(ready, np.full(100, 0.5), np.random.default_rng(1))
    assert drawn.rate.std() == pytest.approx(0.0075, rel=0.25)
    assert drawn.variance.tolist() == ready.variance.tolist()


def test_a_systematic_error_keeps_its_share(data):
    given = replace(data, sys_error=np.full(100, 0.1))
    ready = prepare(given, (), 1)
    drawn = redrawn(ready, np.full(100, 0.5), np.random.default_rng(1))
    wanted = drawn.counts / 1e6 + (0.1 * drawn.counts / 1000) ** 2
    assert drawn.variance == pytest.approx(wanted)


def test_what_is_not_known_has_no_share():
    values = np.array([1.0, 2.0, -np.inf, np.nan])
    some = Goodness(values, np.nan, values, 1.5)
    assert np.isnan(some.fraction)
    assert some.fit_fraction == pytest.approx(2 / 3)
    assert some.n_done == 3
