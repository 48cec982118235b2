"""Missions: their numbers, and what is said of unknown ones."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of


def test_nustar_channels_and_energies():
    mission = mission_of("NuSTAR")
    assert mission.energy_lo_kev(np.array([0, 35, 1935])) == pytest.approx([1.6, 3.0, 79.0])
    assert mission.channels(Band(3, 79)) == (35, 1935)
    assert mission.channels(Band(3, 10)) == (35, 210)
    assert mission.channels(Band(0, 1000)) == (0, 4096)


@pytest.mark.parametrize("name", ["NuSTAR", "NUSTAR", " nustar "])
def test_the_case_of_a_telescope_does_not_matter(name):
    assert mission_of(name).name == "NuSTAR"


def test_an_unknown_telescope_is_said():
    with pytest.raises(InputError, match=r"telescope 'NuSTR'\. Did you mean 'NuSTAR'"):
        mission_of("NuSTR")
