"""Chains of known models and of a real spectrum, against the covariance of the fit."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from fit_toys import changed, predicted, request, spectrum

from nuwidgets.core.job import Token
from nuwidgets.domain.chain import ChainRequest
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded import chain as chain_engine
from nuwidgets.engines.embedded.chain import solve_chain
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.errors import CancelledError, EngineMissingError, InputError
from nuwidgets.files.kept import load_product, save_product, storable
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models.expression import Expression

pytest.importorskip("emcee")
SHORT = {"n_burn": 20, "n_steps": 60}


def noisy(seed=1, exposure_s=1000.0):
    counts = predicted("powerlaw", (1.7, 0.5), exposure_s=exposure_s)
    return spectrum(np.random.default_rng(seed).poisson(counts), exposure_s=exposure_s)


def fitted(data, **values):
    asked = request("powerlaw", **(values or {"p1": 1.7, "p2": 0.5}))
    found = solve_fit(asked, (data,), Token())
    return replace(asked, parameters=found.parameters), found


@pytest.fixture(scope="module")
def short():
    data = noisy()
    asked, _ = fitted(data)
    return solve_chain(ChainRequest(asked, **SHORT), (data,), Token())


def test_a_chain_of_a_real_spectrum_has_the_fits_covariance(shared_data):
    folder = shared_data / "fit_sets" / "xmm_ngc7793_ulx4_pn"
    file = FileSpectrumRequest(str(folder / "PN_spectrum_grp20.fits"))
    data, text = load_spectrum(file), "tbabs*powerlaw"
    asked = FitRequest((file,), text, Expression.parse(text).parameters(), "cstat",
                       ("bad", "**-0.5 10.-**"))  # fmt: skip
    found = solve_fit(asked, (data,), Token())
    asked = replace(asked, parameters=found.parameters)
    made = solve_chain(ChainRequest(asked, n_burn=150, n_steps=800), (data,), Token())
    assert not [s for s in made.provenance.warnings if "best fit" in s]
    best, sigma = np.array([p.value for p in found.parameters]), np.array(found.sigma)
    n_own = len(made.samples) / made.autocorrelation.max()
    assert n_own > 500
    assert ((made.median - best) / sigma) == pytest.approx([0, 0, 0], abs=0.15)
    spread = np.sqrt(np.diag(made.covariance))
    assert spread == pytest.approx(sigma, rel=0.1)
    correlation = found.covariance / np.outer(sigma, sigma)
    theirs = made.covariance / np.outer(spread, spread)
    assert theirs == pytest.approx(correlation, abs=0.06)
    for one, s in zip(made.intervals(68.27), sigma, strict=True):
        assert (one.hi - one.lo) / 2 == pytest.approx(s, rel=0.1)
    assert made.statistic.min() == pytest.approx(found.statistic, abs=0.1)
    assert (made.statistic - found.statistic).mean() == pytest.approx(3, rel=0.1)
    assert 0.2 < made.acceptance < 0.8


def test_samples_are_laid_out_step_by_step(short):
    assert (short.numbers, short.labels) == ((1, 2), ("powerlaw.PhoIndex", "powerlaw.norm"))
    assert short.samples.shape == (60 * 32, 2)
    assert short.statistic.shape == (60 * 32,)
    assert short.walks.shape == (60, 32, 2)
    assert np.array_equal(short.walks[1, 0], short.samples[32])
    assert not short.samples.flags.writeable
    assert repr(short).startswith("<Chain: 60 steps of 32 walkers over 2 parameters, ")
    assert short.statistic[np.flatnonzero((short.samples == short.best).all(axis=1))[0]] == (
        short.statistic.min()
    )


def test_a_short_chain_says_that_it_is_short(short):
    assert any("autocorrelation times" in s or "too short" in s for s in short.provenance.warnings)


def test_chains_of_one_seed_are_the_same():
    data = noisy()
    asked, _ = fitted(data)
    one, same, other = (
        solve_chain(ChainRequest(asked, seed=seed, **SHORT), (data,), Token()) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.samples, same.samples)
    assert not np.array_equal(one.samples, other.samples)


def test_samples_stay_inside_the_hard_limits():
    data = noisy(exposure_s=10.0)
    asked, found = fitted(data)
    edge = found.parameters[0].value
    asked = changed(asked, 1, hard_lo=edge)
    made = solve_chain(ChainRequest(asked, **SHORT), (data,), Token())
    assert made.samples[:, 0].min() >= edge
    assert made.samples[:, 0].max() > edge + found.sigma[0]


def test_a_parameter_at_its_limit_walks_too():
    data = noisy()
    asked, found = fitted(data)
    asked = changed(asked, 1, hard_lo=found.parameters[0].value + 0.05)
    again = solve_fit(asked, (data,), Token())
    asked = replace(asked, parameters=again.parameters)
    assert np.isnan(again.sigma[0])
    made = solve_chain(ChainRequest(asked, n_burn=100, n_steps=100), (data,), Token())
    assert made.samples[:, 0].std() > 1e-4
    assert made.samples[:, 0].min() >= asked.parameters[0].hard_lo


def test_frozen_parameters_stay_and_linked_ones_follow():
    asked = request("powerlaw + powerlaw", p1=1.7, p2=0.25, p3=1.7, p4=0.25)
    asked = changed(changed(asked, 3, link="p1"), 4, link="p2")
    asked = changed(asked, 1, frozen=True)
    made = solve_chain(ChainRequest(asked, **SHORT), (noisy(),), Token())
    assert made.numbers == (2,)
    assert made.median[0] == pytest.approx(0.25, rel=0.05)
    assert made.covariance.shape == (1, 1)


def test_it_tells_how_far_it_is_and_shows_what_there_is(monkeypatch):
    monkeypatch.setattr(chain_engine, "REST_S", 0.0)
    data, seen = noisy(), []
    asked, _ = fitted(data)
    made = solve_chain(ChainRequest(asked, **SHORT), (data,), Token(seen.append))
    assert {p.stage for p in seen} == {"burn-in", "sampling"}
    partial = next(p.partial for p in seen if p.partial is not None)
    n = len(partial.samples)
    assert 0 < n < len(made.samples)
    assert np.array_equal(partial.samples, made.samples[:n])
    assert partial.done == pytest.approx(partial.n_steps / 60)


def test_it_stops_within_a_second_and_says_nothing(capfd):
    data = noisy()
    asked, _ = fitted(data)
    token, told_s = Token(), []

    def stop():
        told_s.append(time.monotonic())
        token.cancel()

    timer = threading.Timer(0.3, stop)
    timer.start()
    with pytest.raises(CancelledError):
        solve_chain(ChainRequest(asked, n_steps=10**8), (data,), token)
    assert time.monotonic() - told_s[0] < 1
    timer.join()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"n_walkers": 3}, "over 2 parameters with 3 walkers: at least 4 .* takes 32"),
        ({"n_steps": 0}, "Cannot make a chain of 0 steps after 200"),
        ({"n_burn": -1}, "Cannot make a chain of 1500 steps after -1"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(how, words):
    with pytest.raises(InputError, match=words):
        solve_chain(ChainRequest(request("powerlaw"), **how), (noisy(),), Token())


def test_without_emcee_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "emcee", None)
    with pytest.raises(EngineMissingError, match=r'pip install "nuwidgets\[mcmc\]"'):
        solve_chain(ChainRequest(request("powerlaw")), (noisy(),), Token())


def test_a_chain_is_kept_beside_a_session_file(short, tmp_path):
    assert storable(short)
    path = tmp_path / "s-kept" / "chain.fits"
    back = load_product(path, save_product(path, short))
    assert np.array_equal(back.samples, short.samples)
    assert np.array_equal(back.statistic, short.statistic)
    assert (back.numbers, back.labels, back.units) == (short.numbers, short.labels, short.units)
    assert back.request == short.request
    assert back.intervals(90) == short.intervals(90)
