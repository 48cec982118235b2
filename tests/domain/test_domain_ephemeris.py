"""A period and its epoch: when phases come round."""

import numpy as np
import pytest

from nuwidgets.domain.ephemeris import Ephemeris
from nuwidgets.errors import InputError


@pytest.mark.parametrize("pdot", [0.0, 1e-6, -1e-6])
def test_cycles_and_times_undo_each_other(pdot):
    one = Ephemeris(2.5, 56122.0, pdot)
    turns = np.array([-100.0, 0.0, 0.5, 4000.25])
    since = one.since_s(turns)
    assert since / 2.5 - pdot * since**2 / (2 * 2.5**2) == pytest.approx(turns, abs=1e-6)


def test_phases_come_round_once_a_cycle():
    found = Ephemeris(10.0, 56122.0).stretches(0.25, 0.5, np.array([[3.2, 5.9]]))
    inside = found[(found[:, 1] > 32) & (found[:, 0] < 59)]
    assert inside == pytest.approx(np.array([[32.5, 35.0], [42.5, 45.0], [52.5, 55.0]]))


def test_what_is_no_period_is_refused():
    with pytest.raises(InputError, match="Give a period above 0 s"):
        Ephemeris(-1.0, 56122.0)
    with pytest.raises(InputError, match="more than 100000 stretches"):
        Ephemeris(0.01, 56122.0).stretches(0.1, 0.2, np.array([[0.0, 2e6]]))
