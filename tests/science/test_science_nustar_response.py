from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science import nustar_response as nr
from nuwidgets.science.psf import enclosed


def test_resolution_of_harrison_2013():
    assert nr.fwhm_kev(10.0) == pytest.approx(0.4)
    assert nr.fwhm_kev(68.0) == pytest.approx(0.9)
    assert nr.fwhm_channels()[210] == pytest.approx(10, rel=0.01)


def test_half_the_area_at_the_published_angles():
    assert nr.vignetting(5.0, np.array([10.0]))[0] == pytest.approx(0.5)
    assert nr.vignetting(3.0, np.array([68.0]))[0] == pytest.approx(0.5)
    assert np.all(nr.vignetting(0.0, np.array([3.0, 30.0, 79.0])) == 1)


def test_vignetting_falls_with_angle_and_energy():
    energy = np.linspace(3, 79, 50)
    by_angle = np.array([nr.vignetting(a, energy) for a in (0.5, 1, 2, 4, 7)])
    assert np.all(np.diff(by_angle, axis=0) < 0)
    assert np.all(np.diff(by_angle, axis=1) <= 0)


def test_photons_are_spread_but_not_lost():
    sums = np.asarray(nr.redistribution().sum(axis=0)).ravel()
    middle = (nr.energy_edges_kev()[1:] + nr.energy_edges_kev()[:-1]) / 2
    assert sums[middle > 2.6] == pytest.approx(1, abs=1e-5)
    assert np.all(sums <= 1 + 1e-9)
    assert sums[0] == pytest.approx(0.5, abs=0.1)


def test_redistribution_has_the_width_it_should():
    matrix, channel = nr.redistribution().tocsc(), nr.channel_edges_kev()[:-1] + 0.02
    for energy in (10.02, 68.02):
        column = np.asarray(matrix[:, [round((energy - 1.62) / 0.04)]].todense()).ravel()
        mean = np.sum(column * channel)
        sigma = np.sqrt(np.sum(column * (channel - mean) ** 2))
        assert mean == pytest.approx(energy, abs=1e-3)
        assert sigma * 2.3548 == pytest.approx(float(nr.fwhm_kev(energy)), rel=0.01)


def test_the_area_it_was_made_from_comes_back(shared_data):
    from astropy.io import fits

    path = shared_data / "nustar_spectra/vela_x1_90402339002_A/nu90402339002A01_sr.arf"
    real = fits.getdata(path, "SPECRESP")["SPECRESP"][:1960]
    angle = np.hypot(560.72086 - 500.5, 484.14943 - 500.5) * nr.PIXEL_ARCSEC / 60
    ours = nr.area_cm2(float(enclosed(33.21255346 * nr.PIXEL_ARCSEC)), float(angle))
    assert ours == pytest.approx(np.asarray(real, float), rel=1e-5)


def test_area_on_axis_is_that_of_the_literature():
    # two modules have about 800-900 cm2 together around 10 keV (Harrison et al. 2013, fig. 2)
    area = nr.area_cm2(1.0, 0.0)
    assert 350 < area[210] < 500
    assert np.argmax(area) == pytest.approx(200, abs=60)


def test_response_is_redistribution_times_area():
    whole, part = nr.response(1.0, 1.0), nr.response(0.5, 1.0)
    flux = np.ones(1960)
    assert part.matrix @ flux == pytest.approx(0.5 * (whole.matrix @ flux))
    assert whole.matrix.shape == (4096, 1960)
    assert whole.matrix.has_sorted_indices
    assert np.asarray(whole.matrix.sum(axis=0)).ravel()[1000] == pytest.approx(
        whole.area_cm2[1000], rel=1e-5
    )
    assert whole.e_min_kev[35] == pytest.approx(3.0)
    assert "first look" in whole.provenance.approximate
