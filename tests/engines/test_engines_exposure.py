"""Exposure maps of screened events: like nuexpomap's, kept, from files, refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from task_toys import STEM, run_task, scene_of, write_det1

from nuwidgets.core.job import Token
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.exposure_map import ExposureMap, ExposureRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.engines.embedded import exposure as room
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import CancelledError, FileError, InputError
from nuwidgets.files.exposure_map import read_exposure_map, write_exposure_map
from nuwidgets.science.nustar_response import PIXEL_ARCSEC, vignetting

if TYPE_CHECKING:
    from pathlib import Path

NAME = f"{STEM}A01_cl.evt"
ENGINE = EmbeddedEngine()


@pytest.fixture(scope="module")
def path(observation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exposure")
    shutil.copy(observation / "event_cl" / NAME, place)
    write_det1(place / f"{STEM}A_det1.fits", scene_of(observation))
    return place / NAME


@pytest.fixture(scope="module")
def screened(path: Path):
    return screen(path)


def screen(path, user_gti=None):
    request = EventsRequest(str(path))
    events = ENGINE.solve(request, (), Token())
    asked = ScreenRequest(request, user_gti)
    return asked, ENGINE.solve(asked, (events,), Token())


def made(screened, token=None, **more) -> ExposureMap:
    asked, events = screened
    return ENGINE.solve(ExposureRequest(asked, **more), (events,), token or Token())


def test_it_is_the_map_of_nuexpomap(screened, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "a_ex.img"
    run_task("nuexpomap", infile=path, expomapfile=out, vignflag="no")
    theirs, ours = read_exposure_map(out), made(screened)
    np.testing.assert_allclose(ours.exposure_s, theirs.exposure_s, rtol=1e-6, atol=1e-3)
    for name in ("plane", "origin", "pixbin", "percent", "vignetting_kev"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.livetime_s == pytest.approx(theirs.livetime_s)
    assert ours.provenance.approximate.startswith("approximate: the detectors' pixels")
    assert "names no bad pixels" in ours.provenance.warnings[0]


def test_only_the_chosen_times_count(path: Path) -> None:
    asked, events = screen(path)
    start, stop = events.gti.intervals[0]
    half = screen(path, Gti(((start, (start + stop) / 2),)))
    whole, part = made((asked, events)), made(half)
    assert part.exposure_s.max() == pytest.approx(half[1].livetime_s, rel=1e-6)
    assert whole.exposure_s.max() == pytest.approx(events.livetime_s, rel=1e-6)


def test_vignetting_takes_away_off_axis(screened) -> None:
    plain, dim = made(screened), made(screened, vignetting_kev=30.0)
    seen = plain.exposure_s > 0.9 * plain.livetime_s
    y, x = np.nonzero(seen)
    angle = np.hypot(x - plain.plane.x_ref, y - plain.plane.y_ref) * PIXEL_ARCSEC / 60
    expected = [vignetting(float(a), np.array([30.0]))[0] for a in angle[::997]]
    ratio = (dim.exposure_s / np.where(seen, plain.exposure_s, np.nan))[seen]
    np.testing.assert_allclose(ratio[::997], expected, rtol=2e-3)
    assert "optical axis is taken to be" in dim.provenance.approximate
    assert "optical axis" not in plain.provenance.approximate


@pytest.mark.parametrize("energy", [0.5, 200.0])
def test_energies_without_vignetting_are_refused(energy, screened) -> None:
    with pytest.raises(InputError, match=r"Give an energy from 1\.6 to 89\.5 keV"):
        made(screened, vignetting_kev=energy)


def test_what_was_made_is_given_again(path: Path) -> None:
    mine = screen(path)
    first = made(mine)
    assert made(mine).exposure_s is first.exposure_s
    assert made(mine, vignetting_kev=10.0).exposure_s is not first.exposure_s
    for energy in np.arange(11.0, 11.0 + room._MOST):
        made(mine, vignetting_kev=float(energy))
    assert len(room._KNOWN[mine[1]].maps) == room._MOST
    again = made(mine)
    assert again.exposure_s is not first.exposure_s
    np.testing.assert_array_equal(again.exposure_s, first.exposure_s)


def test_it_says_how_far_it_is_and_stops(path: Path) -> None:
    heard = []
    mine = screen(path)
    made(mine, Token(heard.append))
    assert "exposure map" in {one.stage for one in heard}

    def stop(progress):
        if progress.stage == "exposure map":
            token.cancel()

    token = Token(stop)
    with pytest.raises(CancelledError, match="Stopped on request"):
        made(mine, token, vignetting_kev=20.0)
    assert made(mine, vignetting_kev=20.0).exposure_s.max() > 0


# --- maps of files


def write(path, exposure, plane, livetime_s=0.0, **more):
    made_up = ExposureMap(exposure, plane, livetime_s=livetime_s, **more)
    write_exposure_map(path, made_up)
    return str(path)


def test_a_map_of_the_same_pixels_is_taken_as_it_is(screened, tmp_path: Path) -> None:
    events = screened[1]
    values = np.arange(1e6).reshape(events.shape) % 977
    file = write(tmp_path / "a_ex.img", values, events.plane, events.livetime_s)
    found = made(screened, path=file)
    np.testing.assert_array_equal(found.exposure_s, values)
    assert found.provenance.warnings == ()
    assert found.provenance.approximate == ""


def test_a_part_is_laid_where_it_belongs(screened, tmp_path: Path) -> None:
    events = screened[1]
    p = events.plane
    for x, y, n_x, n_y in (100, 250, 30, 20), (-5, 990, 30, 20):
        plane = TangentPlane(
            p.ra_ref_deg, p.dec_ref_deg, p.x_ref - x, p.y_ref - y, p.x_step_deg, p.y_step_deg
        )
        values = 1.0 + np.arange(n_x * n_y, dtype=float).reshape(n_y, n_x)
        file = write(tmp_path / f"{x}_ex.img", values, plane)
        found = made(screened, path=file)
        assert found.exposure_s.shape == events.shape
        for row, column in np.ndindex(n_y, n_x):
            if 0 <= column + x < 1000 and 0 <= row + y < 1000:
                assert found.exposure_s[row + y, column + x] == values[row, column]
        assert "covers a part of the sky image" in found.provenance.warnings[0]
        assert found.origin == (0, 0)


@pytest.mark.parametrize("change", ["wide", "shifted", "turned"])
def test_other_pixels_are_refused_not_resampled(change, screened, tmp_path: Path) -> None:
    p = screened[1].plane
    steps = p.x_step_deg, p.y_step_deg
    planes = {
        "wide": (p.x_ref / 4, p.y_ref / 4, *(4 * s for s in steps)),
        "shifted": (p.x_ref + 0.5, p.y_ref, *steps),
        "turned": (p.x_ref, p.y_ref, -steps[0], steps[1]),
    }
    plane = TangentPlane(p.ra_ref_deg, p.dec_ref_deg, *planes[change])
    file = write(tmp_path / "b_ex.img", np.ones((250, 250)), plane)
    with pytest.raises(InputError, match="its pixels are not those of the sky image"):
        made(screened, path=file)


def test_without_coordinates_the_size_must_agree(screened, tmp_path: Path) -> None:
    asked, events = screened
    bare = asked, replace(events, plane=None)
    file = write(tmp_path / "c_ex.img", np.full(events.shape, 3.0), None)
    assert (made(bare, path=file).exposure_s == 3.0).all()
    small = write(tmp_path / "d_ex.img", np.ones((7, 8)), None)
    with pytest.raises(InputError, match=r"it has \(8, 7\) pixels, the sky image \(1000, 1000\)"):
        made(bare, path=small)


def test_doubtful_maps_say_so(screened, tmp_path: Path) -> None:
    events = screened[1]
    file = write(
        tmp_path / "e_ex.img",
        np.ones(events.shape),
        events.plane,
        2 * events.livetime_s,
        vignetting_kev=10.0,
    )
    said = " ".join(made(screened, path=file, vignetting_kev=30.0).provenance.warnings)
    assert "rates are wrong by this ratio" in said
    assert "Vignetting at 30 keV was asked for; the map of the file has vignetting at 10" in said


def test_a_file_that_is_none_is_named(screened, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere_ex\.img"):
        made(screened, path=str(tmp_path / "nowhere_ex.img"))


def test_other_missions_bring_their_own(screened) -> None:
    asked, events = screened
    other = asked, replace(events, pointing=Pointing("SWIFT", "XRT"))
    with pytest.raises(InputError, match=r"Cannot make an exposure map of events of 'SWIFT'.*task"):
        made(other)
