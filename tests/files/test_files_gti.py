"""Good times of several files, and of files with another clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.gti import parse_gti_file, read_gti, read_gtis, write_gti

NUSTAR = Pointing("NuSTAR", "FPMA", mjdref_days=55197.00076601852, timesys="TT")
SWIFT = Pointing("SWIFT", "XRT", mjdref_days=51910.00074287037, timesys="TT")
ONE, TWO = Gti(((0, 10), (20, 30))), Gti(((5, 25),))


@pytest.fixture
def paths(tmp_path):
    for name, gti in (("one.gti", ONE), ("two.gti", TWO)):
        write_gti(tmp_path / name, gti, NUSTAR)
    return [tmp_path / "one.gti", tmp_path / "two.gti"]


def test_times_of_several_files(paths):
    assert read_gtis(paths) == ONE.intersect(TWO)
    assert read_gtis(paths, NUSTAR, either=True) == Gti(((0, 30),))
    assert read_gtis(paths[:1]) == ONE
    with pytest.raises(InputError, match="there is no file"):
        read_gtis([])


def test_another_reference_time_is_made_up_for(tmp_path):
    path = tmp_path / "swift.gti"
    write_gti(path, Gti(((284_000_100.0, 284_000_200.0),)), SWIFT)
    gti, (said,) = parse_gti_file(path, NUSTAR)
    shift = (51910.00074287037 - 55197.00076601852) * 86400
    assert gti.intervals[0] == pytest.approx((284_000_100.0 + shift, 284_000_200.0 + shift))
    assert "they were moved by -283996802" in said
    assert read_gti(path, NUSTAR) == gti
    assert read_gti(path).intervals == ((284_000_100.0, 284_000_200.0),)


def test_references_that_are_rounded_differently_are_one(paths):
    rounded = replace(NUSTAR, mjdref_days=55197.000766)
    assert parse_gti_file(paths[0], rounded) == (ONE, ())
    assert parse_gti_file(paths[0], Pointing()) == (ONE, ())


def test_times_of_the_spacecraft_and_of_the_barycentre_are_not_mixed(tmp_path, paths):
    there = replace(NUSTAR, timeref="SOLARSYSTEM", timesys="TDB")
    with pytest.raises(
        FileError, match="those of the spacecraft, those of the events are those at"
    ):
        parse_gti_file(paths[0], there)
    write_gti(tmp_path / "b.gti", ONE, there)
    with pytest.raises(FileError, match="those at the Sun's barycentre"):
        parse_gti_file(tmp_path / "b.gti", NUSTAR)
    assert parse_gti_file(tmp_path / "b.gti", there) == (ONE, ())


def test_another_time_system_is_refused(tmp_path):
    write_gti(tmp_path / "utc.gti", ONE, replace(NUSTAR, timesys="UTC"))
    with pytest.raises(FileError, match="its times are in UTC, those of the events in TT"):
        parse_gti_file(tmp_path / "utc.gti", NUSTAR)


def test_a_real_file_of_the_same_clock(shared_data):
    path = shared_data / "nustar_events/gtis.fits"
    assert parse_gti_file(path, NUSTAR) == parse_gti_file(path)
