"""What a file is: every real file, folders of observations, and what is nothing we know."""

from __future__ import annotations

import gzip
import json
import os
import shutil

import pytest
from test_files_events import make_events

from nuwidgets.errors import FileError
from nuwidgets.files.events import read_events
from nuwidgets.files.identify import KINDS, describe, identify
from nuwidgets.files.regions import parse_region_file

SHARED = {
    "nustar_events/nu90410111001A06_cl_sunpos.evt": "events",
    "nustar_events/nu90410111001A_fpm.hk": "hk",
    "nustar_events/gtis.fits": "gti",
    "nustar_cal/usrgti.fits": "gti",
    "nustar_cal/be.arf": "arf",
    "nustar_cal/pixmapA.fits": "image",
    "fit_sets/asca_sis0_a2029/sis0.pha": "pha",
    "fit_sets/asca_sis0_a2029/sis0.rmf": "rmf",
    "fit_sets/chandra_type2_3c120/3c120_pha2.gz": "pha2",
    "fit_sets/chandra_type2_3c120/3c120_meg_1.arf.gz": "arf",
    "fit_sets/exosat_s54405/s54405.rsp": "rsp",
    "fit_sets/chandra_gcs25_2278/rmf2278.fits": "rmf",
    "fit_sets/chandra_gcs25_2278/pi2278.fits": "pha",
    "lightcurves/lcurveA.fits": "lightcurve",
    "lightcurves/LightCurve_bexvar.fits": "lightcurve",
    "regions_images/Source_NE.reg": "region",
    "regions_images/acisf07999_000N001_r0035_reg3.fits": "region",
    "regions_images/acisf07999_000N001_r0035_regevt3_srcimg.fits": "image",
    "swift_xrt/swxpc0to12s6_20130101v014.rmf.gz": "rmf",
}


@pytest.mark.parametrize(("name", "kind"), SHARED.items())
def test_real_files(shared_data, name, kind):
    found = identify(shared_data / name)
    assert found.kind == kind
    assert found.says == KINDS[kind]
    facts = describe(shared_data / name)
    assert facts["kind"] == kind
    assert facts["path"].endswith(name)
    json.dumps(facts, allow_nan=False)


def test_every_shared_file_is_known_or_refused_in_a_sentence(shared_data):
    kinds = []
    for path in shared_data.rglob("*"):
        if not path.is_file():
            continue
        try:
            kinds.append(identify(path).kind)
        except FileError as error:
            assert path.name in str(error)  # noqa: PT017
    assert len(kinds) > 80
    assert set(kinds) == set(KINDS) - {"obsid", "session", "xcm"}


def make_observation(folder, obs_id="60001110002", *, packed=False, hk=True):
    home = folder / obs_id
    for module in "AB":
        path = home / "event_cl" / f"nu{obs_id}{module}01_cl.evt"
        path.parent.mkdir(parents=True, exist_ok=True)
        make_events(
            path,
            extra={"OBS_ID": obs_id, "INSTRUME": f"FPM{module}", "RA_OBJ": 12.5, "DEC_OBJ": -3.0},
        )
        if hk:
            path = home / "hk" / f"nu{obs_id}{module}_fpm.hk"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
    if packed:
        for path in home.rglob("nu*"):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    return home


@pytest.mark.parametrize("packed", [False, True])
def test_the_folder_of_an_observation(tmp_path, packed):
    home = make_observation(tmp_path, packed=packed)
    found = identify(home)
    assert (found.kind, found.obs_id, len(found.events)) == ("obsid", "60001110002", 2)
    assert [p.path.split("nu60001110002")[1][0] for p in found.events] == ["A", "B"]
    assert all("_fpm.hk" in p.hk_path for p in found.events)
    facts = describe(home)
    assert facts["ra_deg"] == 12.5
    assert [e["instrument"] for e in facts["events"]] == ["FPMA", "FPMB"]
    assert facts["events"][0]["exposure_s"] == pytest.approx(81.0)


def test_one_module_without_housekeeping(tmp_path):
    home = make_observation(tmp_path, hk=False)
    (home / "event_cl" / "nu60001110002B01_cl.evt").unlink()
    (pair,) = identify(home).events
    assert pair.hk_path == ""
    shutil.move(home / "event_cl" / "nu60001110002A01_cl.evt", tmp_path)
    flat = identify(tmp_path)
    assert (flat.kind, len(flat.events)) == ("obsid", 1)


def test_an_event_file_finds_its_housekeeping(tmp_path):
    home = make_observation(tmp_path)
    (pair,) = identify(home / "event_cl" / "nu60001110002B01_cl.evt").events
    assert pair.hk_path.endswith("nu60001110002B_fpm.hk")
    make_events(tmp_path / "other.evt")
    assert identify(tmp_path / "other.evt").events[0].hk_path == ""


def test_folders_that_are_no_observation(tmp_path):
    with pytest.raises(FileError, match="no observation's folder: .* only nothing"):  # noqa: RUF043
        identify(tmp_path)
    for number in ("60001110002", "60001110003"):
        home = make_observation(tmp_path, number)
        shutil.copytree(home / "event_cl", tmp_path / "both" / "event_cl", dirs_exist_ok=True)
    with pytest.raises(FileError, match="event files of 2 observations: 60001110002, 60001110003"):
        identify(tmp_path / "both")


def test_what_is_nothing_we_know(tmp_path, shared_data):
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(FileError, match="neither FITS nor a region file"):
        identify(tmp_path / "a.txt")
    (tmp_path / "a.reg").write_text("circle(1,2")
    with pytest.raises(FileError, match="a parenthesis is not closed"):
        identify(tmp_path / "a.reg")
    (tmp_path / "b.reg").write_text("# only a comment\n")
    with pytest.raises(FileError, match="a text without any region"):
        identify(tmp_path / "b.reg")
    with pytest.raises(FileError, match="it is FITS with BADPIX"):
        identify(shared_data / "nustar_cal/nuAuserbadpix_solar.fits")
    with pytest.raises(FileError, match="There is no file"):
        identify(tmp_path / "nope")
    with pytest.raises(FileError, match="Cannot open"):
        identify("a\0b")
    with pytest.raises(FileError, match="Cannot look at '~nobody-here/x'"):
        identify("~nobody-here/x")


def test_facts_of_events(shared_data):
    facts = describe(shared_data / "nustar_events/nu90410111001A06_cl_sunpos.evt")
    assert facts["n_events"] == 9442
    assert facts["telescope"] == "NuSTAR"
    assert facts["instrument"] == "FPMA"
    assert facts["exposure_s"] == pytest.approx(70.0321908915824)
    assert facts["ontime_s"] == pytest.approx(101.0)
    assert facts["date_obs"] == "2018-09-28T18:48:57"
    assert facts["energy_range_kev"][0] >= 1.6


def test_facts_of_spectra(shared_data):
    facts = describe(shared_data / "fit_sets/chandra_3c273/3c273.pi")
    assert (facts["counts"], facts["n_bins"], facts["n_channels"]) == (736.0, 46, 1024)
    assert facts["respfile"] == "3c273.rmf"
    assert describe(shared_data / "fit_sets/chandra_type2_3c120/3c120_pha2.gz")["n_spectra"] == 12


def test_events_of_other_telescopes_have_no_energies(tmp_path):
    make_events(tmp_path / "a.evt", extra={"TELESCOP": "ODD"})
    facts = describe(tmp_path / "a.evt")
    assert facts["energy_range_kev"] is None
    assert (facts["ra_deg"], facts["dec_deg"]) == (30.0, 20.0)
    make_events(tmp_path / "a.evt", n=0)
    assert describe(tmp_path / "a.evt")["pi_range"] is None


@pytest.mark.parametrize("read", [identify, read_events, parse_region_file])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "a.evt")
    with pytest.raises(FileError, match="it is a pipe, a device or a socket"):
        read(tmp_path / "a.evt")
