from __future__ import annotations

import pytest

from nuwidgets.domain.events import Pointing
from nuwidgets.errors import FileError
from nuwidgets.science.swift_files import chosen, is_calibration, wanted_for

NAMES = [
    "swxpc0to12s0_20010101v012.rmf",
    "swxpc0to12s6_20010101v014.rmf",
    "swxpc0to12s6_20110101v013.rmf.gz",
    "swxpc0to12s6_20110101v014.rmf.gz",
    "swxpc0to12s6_20130101v014.rmf.gz",
    "swxpc0to4s6_20130101v014.rmf.gz",
    "swxpc0s6_20130101v014.rmf.gz",
    "swxwt0to2s6_20110101v015.rmf",
    "swxpc0to12s6_20130101v014.rmf.gz.part",
    "swxpc0to12s6_20010101v013.arf",
    "swxs6_20010101v002.arf",
    "readme.txt",
]


def pointing(**changes):
    plain = {"mode": "PHOTON", "date_obs": "2011-09-01T10:00:00", "substrate_v": 6.0}
    return Pointing("SWIFT", "XRT", "00032043001", **(plain | changes))


@pytest.mark.parametrize(
    ("changes", "grade", "name"),
    [
        ({}, None, "swxpc0to12s6_20110101v014.rmf.gz"),
        ({"date_obs": "2013-01-01T00:00:00"}, None, "swxpc0to12s6_20130101v014.rmf.gz"),
        ({"date_obs": "2012-12-31T23:59:59"}, None, "swxpc0to12s6_20110101v014.rmf.gz"),
        ({"date_obs": "2010-12-31"}, None, "swxpc0to12s6_20010101v014.rmf"),
        ({"substrate_v": 0.0}, None, "swxpc0to12s0_20010101v012.rmf"),
        ({"date_obs": "2006-05-01", "substrate_v": None}, None, "swxpc0to12s0_20010101v012.rmf"),
        ({"substrate_v": None}, None, "swxpc0to12s6_20110101v014.rmf.gz"),
        ({"mode": "WINDOWED"}, None, "swxwt0to2s6_20110101v015.rmf"),
        ({"mode": "WINDOWED"}, 12, "swxwt0to2s6_20110101v015.rmf"),
        ({"date_obs": "2015-01-01"}, 4, "swxpc0to4s6_20130101v014.rmf.gz"),
        ({"date_obs": "2015-01-01"}, 0, "swxpc0s6_20130101v014.rmf.gz"),
        ({}, 4, ""),
        ({"date_obs": "2000-12-31"}, None, ""),
    ],
)
def test_the_file_is_that_of_mode_grades_substrate_and_day(changes, grade, name):
    assert chosen(NAMES, wanted_for(pointing(**changes), grade), "rmf") == name


def test_an_area_that_names_more_goes_before_one_for_all():
    assert chosen(NAMES, wanted_for(pointing()), "arf") == "swxpc0to12s6_20010101v013.arf"
    assert chosen(NAMES, wanted_for(pointing(), 4), "arf") == "swxs6_20010101v002.arf"


def test_it_says_what_it_looks_for():
    assert str(wanted_for(pointing())) == (
        "photon counting, grades 0 to 12, substrate at 6 V, of 2011-09-01 or before"
    )


@pytest.mark.parametrize("changes", [{"mode": ""}, {"mode": "LOWRATE"}, {"date_obs": ""}])
def test_without_mode_or_day_nothing_can_be_chosen(changes):
    with pytest.raises(FileError, match="Name one RMF and one ARF"):
        wanted_for(pointing(**changes))


def test_names_of_the_calibration():
    assert is_calibration(NAMES[0], "rmf")
    assert not is_calibration(NAMES[0], "arf")
    assert not is_calibration("readme.txt", "rmf")
