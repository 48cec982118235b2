"""Missions: their numbers, and what is said of unknown ones."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Pointing
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


def test_names_of_observations_and_files():
    mission = mission_of("NuSTAR")
    assert mission.name_of(Pointing(instrument="FPMB", obs_id="60001110002")) == "60001110002B"
    assert mission.name_of(Pointing(instrument="XRT", obs_id="00035071001")) == "00035071001XRT"
    assert mission.stem("nu60001110002A01_cl.evt.gz") == "nu60001110002A01"
    assert mission.hk_of("nu60001110002B01_cl.evt") == "hk/nu60001110002B_fpm.hk"
    assert mission.stem("mine.evt") == mission.hk_of("mine.evt") == ""
