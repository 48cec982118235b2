"""Distances as XSPEC has them, beside exact ones."""

from __future__ import annotations

import doctest
import math

import pytest

from nuwidgets.errors import InputError
from nuwidgets.science import cosmology
from nuwidgets.science.cosmology import (
    CM_PER_MPC,
    Cosmology,
    luminosity_distance_mpc,
    sphere_cm2,
)

REDSHIFTS = (0.003, 0.0333, 0.158, 0.5, 1.0, 3.0, 7.0)


@pytest.mark.parametrize("redshift", REDSHIFTS)
def test_a_flat_universe_is_that_of_astropy_within_pens_error(redshift):
    from astropy.cosmology import FlatLambdaCDM

    exact = FlatLambdaCDM(70, 0.27).luminosity_distance(redshift).value
    assert luminosity_distance_mpc(redshift, Cosmology()) == pytest.approx(exact, rel=4e-3)
    sphere = 4 * math.pi * (exact * CM_PER_MPC) ** 2
    assert sphere_cm2(redshift, Cosmology()) == pytest.approx(sphere, rel=1e-2)


@pytest.mark.parametrize("redshift", REDSHIFTS)
@pytest.mark.parametrize("q0", [0.0, 0.15, 0.5])
def test_without_a_constant_it_is_exact(redshift, q0):
    from astropy.cosmology import LambdaCDM

    exact = LambdaCDM(50, 2 * q0, 0).luminosity_distance(redshift).value
    found = luminosity_distance_mpc(redshift, Cosmology(50, q0, 0))
    assert found == pytest.approx(exact, rel=1e-6)


def test_a_larger_hubble_constant_is_a_nearer_source():
    near, far = (luminosity_distance_mpc(0.1, Cosmology(h0)) for h0 in (100, 50))
    assert far == pytest.approx(2 * near)


@pytest.mark.parametrize("redshift", [0.0, -0.1, math.inf, math.nan])
def test_a_redshift_that_tells_no_distance_is_refused(redshift):
    with pytest.raises(InputError, match=r"it must be above 0. For sources nearby give distance"):
        luminosity_distance_mpc(redshift, Cosmology())


@pytest.mark.parametrize("numbers", [(0, 0, 0.73), (70, -1, 0), (70, 0, 1.0), (70, 0, -0.1)])
def test_what_is_no_universe_is_refused(numbers):
    with pytest.raises(InputError, match=r"XSPEC's are 70, 0 and 0\.73"):
        Cosmology(*numbers)


def test_the_examples_hold():
    assert doctest.testmod(cosmology).failed == 0
