"""Where the detectors lie on the sky: simulated, where it is known, and a real solar observation."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from task_toys import STEM, scene_of, write_det1

from nuwidgets.core.job import Token
from nuwidgets.domain.events import EventsRequest, Pointing
from nuwidgets.domain.geometry import GeometryRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import FileError, InputError
from nuwidgets.simulation import detector

if TYPE_CHECKING:
    from pathlib import Path

NAME = f"{STEM}A01_cl.evt"
ENGINE = EmbeddedEngine()


def opened(path):
    request = EventsRequest(str(path))
    return request, ENGINE.solve(request, (), Token())


def geometry_of(path):
    request, events = opened(path)
    return ENGINE.solve(GeometryRequest(request), (events,), Token()), events


@pytest.fixture(scope="module")
def with_det1(observation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("geometry") / "event_cl"
    place.mkdir()
    shutil.copy(observation / "event_cl" / NAME, place)
    write_det1(place / f"{STEM}A_det1.fits", scene_of(observation))
    return place / NAME


def mean_places(observation, at):
    """Give the sky pixels of DET1 pixels (from 1) as they are on the mean over the good times."""
    scene = scene_of(observation)
    times = np.concatenate([np.arange(a, b, 5.0) for a, b in scene.gti.intervals])
    return np.array([np.mean(p) for p in scene.mount.to_sky(at[0], at[1], times)])


@pytest.mark.parametrize("known", [True, False], ids=["det1 file", "events alone"])
def test_detectors_lie_where_they_were(known, with_det1: Path, observation: Path) -> None:
    geometry, events = geometry_of(with_det1 if known else observation / "event_cl" / NAME)
    for number, (x, y) in enumerate(detector.CENTRES):
        at = mean_places(observation, (np.array(x), np.array(y)))
        assert geometry.outlines[number].mean(axis=0) == pytest.approx(at, abs=1.0)
        assert geometry.detector[tuple(np.round(at[::-1]).astype(int))] == number
        back = geometry.to_detector(*geometry.to_sky(x - 1, y - 1))
        assert back == pytest.approx((x - 1, y - 1))
        assert geometry.to_sky(x - 1, y - 1) == pytest.approx(tuple(at), abs=1.0)
    agree = geometry.detector[events.y, events.x] == events.det_id
    assert agree.mean() > 0.96
    residual = np.hypot(*detector._SWAY) / np.sqrt(2)
    assert geometry.rms_pixels == pytest.approx(residual, rel=0.3)
    assert ("motion of the detectors is read off" in geometry.provenance.approximate) is not known


def test_the_axis_is_that_of_the_file_or_a_guess(with_det1: Path, tmp_path: Path) -> None:
    guess, events = geometry_of(with_det1)
    assert guess.axis == pytest.approx((events.plane.x_ref, events.plane.y_ref))
    assert "axis is taken to be where the pixels touch" in guess.provenance.approximate
    shutil.copytree(with_det1.parent, tmp_path / "event_cl")
    middle = np.mean(events.gti.intervals[0])
    time = np.array([middle - 1e6, middle + 1e6])
    columns = [
        fits.Column("TIME", "D", array=time),
        fits.Column("X_OA", "D", array=[516.0] * 2),
        fits.Column("Y_OA", "D", array=[521.0] * 2),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="OPTICAL_AXIS")
    (tmp_path / "hk").mkdir()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "hk" / f"{STEM}A_oa.fits")
    known, _ = geometry_of(tmp_path / "event_cl" / NAME)
    assert known.axis == pytest.approx((515.0, 520.0))
    assert "optical axis" not in known.provenance.approximate
    assert known.off_axis_arcmin(515.0 + 60.0 / known.pixel_arcsec, 520.0) == pytest.approx(1.0)


def test_without_sky_coordinates_there_is_no_axis(with_det1: Path) -> None:
    request, events = opened(with_det1)
    found = ENGINE.solve(GeometryRequest(request), (replace(events, plane=None),), Token())
    assert found.axis is None
    assert np.isnan(found.off_axis_arcmin(1.0, 2.0))
    assert "axis" not in found.provenance.approximate


def test_real_detectors_are_those_of_the_calibration(shared_data: Path) -> None:
    path = next(shared_data.rglob("nu90410111001A06_cl_sunpos.evt"))
    numbers = fits.getdata(next(shared_data.rglob("detnumA.fits")))
    geometry, events = geometry_of(path)
    agree = geometry.detector[events.y, events.x] == events.det_id
    assert agree.mean() > 0.97
    y, x = np.mgrid[0:360, 0:360]
    columns, rows = (np.round(v).astype(int) for v in geometry.to_sky(x, y))
    assert np.mean(geometry.detector[rows, columns] == numbers) > 0.98
    assert np.linalg.det(geometry.matrix) == pytest.approx(-1)  # the Sun's x grows to the west
    assert geometry.axis is None


def test_other_missions_have_no_detectors(with_det1: Path) -> None:
    request, events = opened(with_det1)
    other = replace(events, pointing=Pointing("SWIFT", "XRT"))
    with pytest.raises(InputError, match="Cannot outline the detectors under events of 'SWIFT'"):
        ENGINE.solve(GeometryRequest(request), (other,), Token())


def test_events_without_det1_say_what_they_lack(with_det1: Path, tmp_path: Path) -> None:
    with fits.open(with_det1) as hdus:
        columns = [c for c in hdus["EVENTS"].columns if not c.name.startswith("DET1")]
        table = fits.BinTableHDU.from_columns(columns, hdus["EVENTS"].header, name="EVENTS")
        fits.HDUList([hdus[0].copy(), table, hdus["GTI"].copy()]).writeto(tmp_path / NAME)
    with pytest.raises(FileError, match="it has no column DET1X and DET1Y"):
        geometry_of(tmp_path / NAME)


def test_too_few_events_alone_tell_nothing(observation: Path, tmp_path: Path) -> None:
    with fits.open(observation / "event_cl" / NAME) as hdus:
        some = [h.copy() for h in hdus]
        some[1] = fits.BinTableHDU(hdus["EVENTS"].data[:40], hdus["EVENTS"].header)
        fits.HDUList(some).writeto(tmp_path / NAME)
    with pytest.raises(InputError, match="Cannot find from 40 events how the detectors moved"):
        geometry_of(tmp_path / NAME)


def test_what_was_found_is_kept_for_files_that_are_the_same(with_det1: Path, monkeypatch) -> None:
    from nuwidgets.engines.embedded import detectors

    request, events = opened(with_det1)
    stamped = replace(request, stamp=((1, 2),))
    read = []
    real = detectors.find_detectors
    monkeypatch.setattr(detectors, "find_detectors", lambda *a: read.append(a[1]) or real(*a))
    asked = GeometryRequest(stamped, ((3, 4),)), GeometryRequest(stamped, ((5, 6),))
    for one in (*asked, *asked):
        ENGINE.solve(one, (events,), Token())
    assert len(read) == 2
    for _ in range(2):  # what has no stamps may have changed
        ENGINE.solve(GeometryRequest(request), (events,), Token())
    assert len(read) == 4


def test_it_hears_a_stop(with_det1: Path) -> None:
    from nuwidgets.errors import CancelledError

    request, events = opened(with_det1)
    token = Token()
    token.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        ENGINE.solve(GeometryRequest(request), (events,), token)
