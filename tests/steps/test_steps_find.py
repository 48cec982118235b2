"""Choosing observations from Python: by ObsID, mask, rows, and windows of time."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import Table
from astropy.time import Time

from nuwidgets.core.door import Door
from nuwidgets.domain.observation import Column, Observations
from nuwidgets.errors import InputError
from nuwidgets.steps.find import FindStep

IDS = ("00000000001", "10000000002", "10000000004", "10000000006")
START = np.array([55_700.0, 55_790.0, 55_810.0, 55_820.0])


def found(request=None, above=(), token=None):
    return Observations(
        "numaster",
        (Column("obsid", IDS), Column("time", tuple(START), "d")),
        IDS,
        START,
        START + 1,
        np.array([1e3, 2e3, 3e3, 4e3]),
        ("", "", "It is proprietary.", ""),
        ("", "", "", "flagged"),
    )


@pytest.fixture
def find():
    door = Door()
    step = FindStep(found, door=door, target="x")
    yield step
    door.close()


@pytest.fixture
def ran(find):
    find.run()
    return find


def test_by_obs_id(ran):
    assert ran.select("10000000002") == ("10000000002",)
    assert ran.select(["00000000001", "10000000002"]) == ("00000000001", "10000000002")
    assert ran.select("10000000006", add=True) == ("00000000001", "10000000002", "10000000006")
    assert ran.select() == ()


def test_by_mask_and_by_rows(ran):
    assert ran.select(np.array([True, False, True, True])) == (IDS[0], IDS[3])
    assert ran.select([0, -1]) == (IDS[0], IDS[3])
    assert ran.select(ran.product.exposure_s > 1500) == (IDS[1], IDS[3])


@pytest.mark.parametrize(
    "window",
    [
        {"time": (55_788, 55_816)},
        {"time": ("2011-08-15", "2011-09-12")},
        {"time": (Time(55_788, format="mjd"), Time(55_816, format="mjd"))},
        {"days": (123, 151), "since": 55_665},
        {"days": (123, 151), "since": "2011-04-14"},
        {"days": (123, 151), "since": Time(55_665, format="mjd")},
        {"days": (123, 151), "since": datetime(2011, 4, 14)},  # noqa: DTZ001  as users have them
        {"days": (123, 151), "since": date(2011, 4, 14)},
        {"days": (123, 151), "since": np.datetime64("2011-04-14")},
        {"days": np.array([123, 151]), "since": np.int64(55_665)},
        {"time": ("2011-08", "55816")},
        {"time": (np.float32(55_788), None)},
    ],
)
def test_by_a_window_of_time_what_cannot_be_had_is_left_out(ran, window):
    expected = (IDS[1], IDS[3]) if window.get("time", [0])[-1] is None else (IDS[1],)
    assert ran.select(**window) == expected  # the third is proprietary


def test_rows_of_tables_sets_and_masked_masks(ran):
    table = Table({"obsid": list(IDS), "time": np.ma.masked_greater(START, 55_815)})
    assert ran.select(table[:2]) == IDS[:2]
    assert ran.select(table[1]) == (IDS[1],)
    assert ran.select({IDS[1], IDS[0]}) == IDS[:2]
    assert ran.select(1) == (IDS[1],)
    assert ran.select(table["time"] > 55_750) == (IDS[1],)  # no date: not meant


def test_a_choice_that_is_refused_leaves_the_event_as_it_was(ran):
    with pytest.raises(InputError, match="not among those found"):
        ran.select("nope", since=1.0)
    assert ran.event_mjd is None


def test_a_window_narrows_named_ones(ran):
    assert ran.select(IDS[0], IDS[1], time=(55_780, 55_900)) == (IDS[1],)


def test_days_go_on_from_the_event_that_is_known(ran):
    ran.event_mjd = 55_665
    assert ran.select(days=(100, 130)) == (IDS[1],)
    ran.event_mjd = None
    with pytest.raises(InputError, match="since when is not known"):
        ran.select(days=(100, 130))


@pytest.mark.parametrize(
    ("args", "named", "words"),
    [
        (("99",), {}, "'99' is not among those found. Did you mean"),
        (("10000000004",), {}, "Cannot select 10000000004: It is proprietary."),
        ((10000000002,), {}, "Cannot choose rows by"),
        (([True, False],), {}, "truth value for each of the 4 rows"),
        (([0, 4],), {}, "numbers of rows from 0 to 3"),
        ((), {"time": (2, 1)}, "the first must be the earlier"),
        ((), {"time": 5}, "Give two ends"),
        ((), {"time": ("soon", "later")}, "Cannot take 'soon' as a date"),
        ((), {"time": ("2014", "2013")}, "the first must be the earlier"),
        ((), {"time": (True, 5)}, "Cannot take True as a date"),
    ],
)
def test_wrong_choices_say_what_would_be_right_and_change_nothing(ran, args, named, words):
    ran.select(IDS[0])
    with pytest.raises(InputError, match=words):
        ran.select(*args, **named)
    assert ran.selected == (IDS[0],)


def test_before_a_search_obs_ids_are_taken_and_sorted_out_later(find):
    assert find.select("10000000002", "10000000004", "77") == ("10000000002", "10000000004", "77")
    with pytest.raises(InputError, match="nothing was searched yet"):
        find.select(time=(1, 2))
    find.run()
    assert find.selected == ("10000000002",)


def test_targets_and_radii_in_any_form(find):
    find.target = SkyCoord(321.9358, 56.9439, unit="deg")
    assert find.target == "321.93580000 +56.94390000"
    find.target = "  Cyg   X-1 "
    assert find.target == "Cyg X-1"
    for wrong in (3, SkyCoord([1, 2], [1, 2], unit="deg")):
        with pytest.raises(InputError, match="Give the name of a source"):
            find.target = wrong
    for wrong in (0, -1, float("nan"), "far", 1e6):
        with pytest.raises(InputError, match="Cannot search within"):
            find.radius_arcmin = wrong
    find.mission = "SWIFT-XRT"
    assert find.mission == "Swift"
    with pytest.raises(InputError, match="no mission 'Chandra'"):
        find.mission = "Chandra"
    with pytest.raises(InputError, match="Give ObsIDs as text"):
        find.selected = (60001110002,)


def test_the_table_has_units_and_texts(ran):
    table = ran.product.table
    assert table["obsid"][0] == "00000000001"
    assert str(table["time"].unit) == "d"
    assert ran.product.column("obsid").values == IDS
    with pytest.raises(InputError, match=r"no column 'tim'\. Did you mean 'time'"):
        ran.product.column("tim")
