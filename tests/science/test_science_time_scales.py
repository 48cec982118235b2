"""Mission seconds as dates and phases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.events import Pointing
from nuwidgets.errors import InputError
from nuwidgets.science.time_scales import from_mjd, phase, to_mjd, to_time, to_utc

NUSTAR = Pointing("NuSTAR", "FPMA", mjdref_days=55197.00076601852, timesys="TT")


def test_nustar_counts_from_2010_in_utc():
    assert str(to_utc(0.0, NUSTAR))[:22] == "2010-01-01T00:00:00.00"
    # TSTART of nu90410111001A_fpm.hk; its DATE-OBS is in its TIMESYS, TT
    dates = to_utc(np.array([0.0, 275856471.0]), NUSTAR)
    assert dates.shape == (2,)
    assert to_time(275856471.0, NUSTAR).isot[:19] == "2018-09-28T18:48:57"
    assert str(dates[1])[:22] == "2018-09-28T18:47:48.00"  # three leap seconds since 2010


def test_mjd_there_and_back():
    time = np.array([0.0, 1.5, 2e8])
    assert from_mjd(to_mjd(time, NUSTAR), NUSTAR) == pytest.approx(time, abs=2e-6)
    assert to_mjd(86400.0, NUSTAR) == pytest.approx(55198.00076601852, abs=1e-10)
    assert to_time(43200.0, NUSTAR).mjd == pytest.approx(55197.50076601852, abs=1e-10)


def test_barycentred_times_stay_in_their_system():
    there = replace(NUSTAR, timesys="TDB", timeref="SOLARSYSTEM")
    assert to_time(0.0, there).scale == "tdb"


def test_phase_of_a_growing_period():
    epoch = 55200.0
    start = from_mjd(epoch, NUSTAR)
    assert phase(start, NUSTAR, epoch, 2.0) == pytest.approx(0.0, abs=1e-6)
    assert phase(start + np.array([1.0, 3.0]), NUSTAR, epoch, 2.0) == pytest.approx([0.5, 1.5])
    period, pdot, later = 1.2, 1e-6, 5000.0
    ahead = phase(start + later, NUSTAR, epoch, period, pdot)
    assert ahead == pytest.approx(np.log1p(pdot * later / period) / pdot, rel=2e-5)
    assert ahead < later / period


def test_what_cannot_be_dated_is_said():
    with pytest.raises(InputError, match="no reference time"):
        to_mjd(0.0, Pointing())
    with pytest.raises(InputError, match="times are in 'LOCAL'"):
        to_time(0.0, replace(NUSTAR, timesys="LOCAL"))
    for period, pdot in ((0.0, 0.0), (-1.0, 0.0), (np.inf, 0.0), (1.0, np.nan)):
        with pytest.raises(InputError, match="Give a period above 0 s"):
            phase(0.0, NUSTAR, 55200.0, period, pdot)
