"""Rates and upper limits over many observations, of made-up events with known counts."""

from __future__ import annotations

import numpy as np
import pytest
from longterm_toys import longterm, observation
from timing_toys import NUSTAR, SELECT, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import PixelAnnulus
from nuwidgets.domain.region import Region
from nuwidgets.engines.embedded.longterm import _fraction
from nuwidgets.errors import InputError
from nuwidgets.science.upper_limits import NetCounts


def test_a_bright_and_an_absent_source():
    found = longterm(observation(0, 120, 60), observation(10, 3, 60))
    assert repr(found) == "<LongTerm: 2 observations, 1 detected>"
    assert found.counts.tolist() == [120, 3]  # without the event of 20 keV
    assert found.background_counts.tolist() == [60, 60]
    assert found.exposure_s == pytest.approx([900.0, 900.0])
    assert found.middle_mjd[1] - found.middle_mjd[0] == pytest.approx(10.0, abs=1e-6)
    assert found.start_mjd[0] == pytest.approx(NUSTAR.mjdref_days + 1e8 / 86400)
    ratio = found.area_ratio[0]
    one = NetCounts(120, 60, ratio)
    assert found.rate_per_s[0] == pytest.approx((120 - 60 * ratio) / 900)
    ends = found.rate_lo_per_s[0], found.rate_hi_per_s[0]
    assert np.multiply(ends, 900) == pytest.approx(one.interval(68.27))
    assert found.limit_per_s[1] * 900 == pytest.approx(NetCounts(3, 60, ratio).upper_limit(99.73))
    assert found.detected.tolist() == [True, False]
    assert found.rate_per_s[1] < 0 == found.rate_lo_per_s[1]
    assert found.provenance.warnings == ()


def test_levels_are_those_that_were_asked_for():
    strict = longterm(observation(0, 12, 30), level=99.9999, error_level=90.0)
    loose = longterm(observation(0, 12, 30), level=90.0)
    assert (strict.detected[0], loose.detected[0]) == (False, True)
    assert strict.limit_per_s[0] > loose.limit_per_s[0]
    assert strict.rate_lo_per_s[0] < loose.rate_lo_per_s[0]


def test_where_there_is_no_channel_there_is_no_limit():
    found = longterm(observation(0, 50, 10), band=Band(200, 300))
    assert np.isnan(found.limit_per_s[0])
    assert found.why == (
        "No channel of NuSTAR lies in 200-300 keV. Choose a band such as 3-79 keV.",
    )


def test_one_that_failed_is_a_row_without_numbers():
    broken = InputError("Cannot read b.evt: it is cut off. Fetch it again.")
    found = longterm(observation(0, 50, 10), broken, observation(5, 40, 10))
    assert found.failed == {"b": str(broken)}
    assert np.isnan(found.rate_per_s).tolist() == [False, True, False]
    assert found.detected.tolist() == [True, False, True]
    assert found.provenance.warnings == (f"b is not counted: {broken}",)
    table = found.table()
    assert table["why"].tolist() == ["", str(broken), ""]
    assert str(table["rate_per_s"].unit) == "ct / s"
    assert table.meta == {"band": "3-10 keV", "level": 99.73, "error_level": 68.27}


def test_without_good_times_there_is_no_rate():
    found = longterm(observation(0, 50, 10, gti=Gti()), observation(0, 50, 10))
    assert found.exposure_s.tolist() == [0.0, pytest.approx(900.0)]
    assert np.isnan(found.rate_per_s[0])
    assert found.counts[0] == 50
    assert "a: no good time is left" in found.provenance.warnings[0]


def test_without_a_background_region_every_count_is_the_sources():
    found = longterm(observation(0, 4, 30), observation(1, 0, 30), ring=Region())
    assert np.isnan(found.area_ratio).all()
    assert found.rate_per_s.tolist() == [pytest.approx(4 / 900), 0.0]
    assert found.detected.tolist() == [True, False]
    assert "a, b: no background region" in found.provenance.warnings[0]


def test_rates_can_be_corrected_for_what_lies_outside():
    plain, whole = (longterm(observation(0, 90, 10), corrected=c) for c in (False, True))
    assert plain.fraction.tolist() == [1.0]
    # 30 pixels of 2.46 arcsec: between the half-power radius and all
    assert 0.6 < whole.fraction[0] < 0.95
    assert whole.rate_per_s[0] == pytest.approx(plain.rate_per_s[0] / whole.fraction[0])
    assert whole.limit_per_s[0] == pytest.approx(plain.limit_per_s[0] / whole.fraction[0])


def test_a_region_beside_the_source_is_no_measure_of_the_whole():
    beside = Region((PixelAnnulus(500, 500, 450, 480),))
    found = longterm(observation(0, 5, 9), source=beside, corrected=True)
    assert found.fraction.tolist() == [1.0]
    assert "less than 2 % of a point source" in found.provenance.warnings[0]


def test_an_unknown_point_spread_is_no_correction():
    strange = observation(0, 5, 9, pointing=Pointing("Uhuru", "", "1", mjdref_days=50000.0))
    doubts = []
    assert _fraction(solve(SELECT, strange), doubts) == 1.0
    assert "not corrected for what lies outside" in doubts[0]
    assert "Uhuru" in doubts[0]


def test_days_are_not_known_without_a_reference_time():
    nowhen = observation(0, 5, 5, pointing=Pointing("NuSTAR", "FPMA", "1"))
    assert np.isnan(longterm(nowhen).middle_mjd).all()
