"""What the steps that draw at random, or integrate the model, refuse; and what they are asked."""

from __future__ import annotations

import pytest

from nuwidgets.domain.band import Band
from nuwidgets.errors import InputError
from nuwidgets.session import Session
from nuwidgets.steps.draw_settings import as_draws, as_level, as_seed


@pytest.fixture(scope="module")
def session():
    with Session(live=False) as opened:
        yield opened


@pytest.mark.parametrize("bad", [-1, 1.5, "many", True, None, 2**32])
def test_draws_and_seeds_are_whole_numbers(bad):
    with pytest.raises(InputError, match=r"as the number of draws. Give a whole number from 0 on"):
        as_draws(bad)
    with pytest.raises(InputError, match=r"as a seed. Give a whole number from 0 on"):
        as_seed(bad)


@pytest.mark.parametrize("bad", [0, 100, -5, "90", None, float("nan")])
def test_a_level_is_per_cent(bad):
    with pytest.raises(InputError, match=r"as a level. Give per cent, e\.g\. 90"):
        as_level(bad)


@pytest.mark.parametrize(
    ("path", "bad", "words"),
    [
        ("flux.draws", 2.5, "number of draws"),
        ("chain.n_walkers", -1, "number of walkers"),
        ("chain.n_steps", 0, "number of steps. Give a whole number from 1 on"),
        ("chain.n_burn", -1, "steps thrown away"),
        ("luminosity.redshift", -0.1, "as a redshift. Give a number from 0 on"),
        ("luminosity.distance_mpc", "far", "as a distance. Give a number from 0 on, in Mpc"),
        ("luminosity.h0_km_s_mpc", 0, "as Hubble's constant"),
        ("luminosity.lambda0", -0.5, "as the cosmological constant"),
        ("eqwidth.fraction", 1.0, "as a part of the line's energy"),
        ("fake.exposure_s", -10, "as an exposure. Give seconds, or 0"),
        ("fake.background_exposure_s", None, "as an exposure. Give seconds, or 0"),
    ],
)
def test_what_cannot_be_is_refused_at_once(session, path, bad, words):
    name, setting = path.split(".")
    step = getattr(session, name)
    before = getattr(step, setting)
    with pytest.raises(InputError, match=words):
        setattr(step, setting, bad)
    assert getattr(step, setting) == before


def test_requests_say_all_that_is_set(session):
    session.flux.component, session.flux.unabsorbed, session.flux.draws = "gaussian", True, 300
    asked = session.flux.request()
    assert (asked.component, asked.unabsorbed, asked.draws, asked.level) == (
        "gaussian", True, 300, 90.0,
    )  # fmt: skip
    session.luminosity.band, session.luminosity.redshift = (3, 12), 0.5
    far = session.luminosity.request()
    assert (far.band, far.redshift, far.lambda0) == (Band(3, 12), 0.5, 0.73)
    assert session.eqwidth.request().fraction == 0.05
    assert session.chain.request().n_steps == 1500
    assert session.fake.request().noise is True


def test_nothing_can_be_saved_before_it_is_made(session, tmp_path):
    with pytest.raises(InputError, match="There is nothing to save"):
        session.fake.save(tmp_path)
    assert list(tmp_path.iterdir()) == []
