"""Fluxes, chains and simulated spectra of a session: made, kept in its file, taken in as data."""

from __future__ import annotations

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.core.job import State


@pytest.fixture
def fitted(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.fit.run()
    return session


def test_the_answers_follow_the_fit(fitted):
    fitted.flux.draws = fitted.luminosity.draws = 50
    fitted.luminosity.redshift = 0.01
    flux, luminosity = fitted.flux.run(), fitted.luminosity.run()
    assert len(flux.erg_intervals) == len(luminosity.erg_intervals) == 2
    lo, hi = flux.erg_intervals[0]
    assert lo < flux.erg_per_cm2_s[0] < hi
    assert fitted.luminosity.state is State.FRESH
    before = fitted.fit.parameter("PhoIndex").value
    fitted.fit.set(PhoIndex=2.5)
    assert fitted.luminosity.state is State.STALE
    fitted.fit.set(PhoIndex=before)
    assert fitted.luminosity.state is State.FRESH


def test_a_chain_is_there_again_when_the_session_is_opened(fitted, tmp_path):
    pytest.importorskip("emcee")
    fitted.chain.n_burn, fitted.chain.n_steps = 50, 150
    made = fitted.chain.run()
    path = tmp_path / "s.nuw"
    fitted.save(path)
    with nw.load(path) as again:
        assert (again.chain.n_burn, again.chain.n_steps) == (50, 150)
        back = again.chain.run()
        assert np.array_equal(back.samples, made.samples)
        assert back.request == again.chain.request()


def test_simulated_spectra_become_data(fitted, tmp_path):
    fitted.fake.exposure_s = 2e4
    made = fitted.fake.run()
    paths = fitted.fake.save(tmp_path / "faked")
    for path in paths:
        fitted.add_spectrum(path)
    fitted.use(*(name for name in fitted.names if "fake" in name))
    found = fitted.fit.run()
    assert len(found.request.spectra) == 2
    assert fitted.datasets[fitted.used[0]].spectrum.product.total == made.spectra[0].total
    index = found.parameters[2]
    truth = made.request.fit.parameters[2].value
    assert abs(index.value - truth) < 4 * found.sigma[2]
