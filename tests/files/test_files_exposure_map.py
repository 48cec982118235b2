"""Exposure maps: out, in, and with the keywords that others look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.exposure_map import ExposureMap
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError
from nuwidgets.files.exposure_map import (
    read_exposure_map,
    write_exposure_map,
    write_instrument_map,
)

if TYPE_CHECKING:
    from pathlib import Path

PIXEL_DEG = 2.45810736 / 3600
MAP = ExposureMap(
    exposure_s=np.linspace(0, 900.5, 30, dtype=np.float32).astype(float).reshape(5, 6),
    plane=TangentPlane(280.0, 35.0, 399.5, 299.5, -PIXEL_DEG, PIXEL_DEG),
    origin=(100, 200),
    livetime_s=900.5,
    ontime_s=1000.0,
    vignetting_kev=10.0,
    pixbin=5,
    percent=0.02,
    pointing=Pointing("NuSTAR", "FPMA", "99901110002"),
    provenance=Provenance(approximate="approximate: pixels are rectangles"),
)


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    write_exposure_map(tmp_path / "a_ex.img", MAP)
    back = read_exposure_map(tmp_path / "a_ex.img")
    np.testing.assert_array_equal(back.exposure_s, MAP.exposure_s)
    assert back.plane == MAP.plane
    for name in ("origin", "livetime_s", "ontime_s", "vignetting_kev", "pixbin", "percent"):
        assert getattr(back, name) == getattr(MAP, name)
    assert back.pointing.obs_id == MAP.pointing.obs_id
    assert repr(back) == "<ExposureMap: 6 x 5 pixels, up to 900 s, vignetting at 10 keV>"
    with pytest.raises(ValueError, match="read-only"):
        back.exposure_s[0, 0] = 1.0


def test_its_header_says_what_nuexpomaps_does(tmp_path: Path) -> None:
    write_exposure_map(tmp_path / "a_ex.img", MAP)
    header = fits.getheader(tmp_path / "a_ex.img")
    said = {key: header[key] for key in ("PIXBIN", "PERCENT", "VIGNAPP", "VIGNEN", "BUNIT")}
    assert said == {"PIXBIN": 5, "PERCENT": 0.02, "VIGNAPP": True, "VIGNEN": 10.0, "BUNIT": "s"}
    assert header["EXPOSURE"] == 900.5
    assert header["APPROX"] is True
    assert header["CRVAL1P"] == 101.0
    ra, dec = WCS(header).wcs_pix2world([[400.5, 300.5]], 1)[0]
    assert (ra, dec) == pytest.approx((280.0, 35.0))


def test_without_vignetting_there_is_no_energy(tmp_path: Path) -> None:
    from dataclasses import replace

    write_exposure_map(tmp_path / "a.img", replace(MAP, vignetting_kev=None, plane=None))
    assert fits.getheader(tmp_path / "a.img")["VIGNAPP"] is False
    back = read_exposure_map(tmp_path / "a.img")
    assert back.vignetting_kev is None
    assert back.plane is None
    assert "no sky coordinates" in back.provenance.warnings[0]


def test_the_detectors_map_is_written(tmp_path: Path) -> None:
    write_instrument_map(tmp_path / "d.fits", MAP, np.full((360, 360), 7.0))
    assert fits.getdata(tmp_path / "d.fits").sum() == 7.0 * 360**2
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_instrument_map(tmp_path / "d.fits", MAP, np.zeros((360, 360)))


def test_what_is_no_map_is_said(tmp_path: Path) -> None:
    fits.HDUList([fits.PrimaryHDU()]).writeto(tmp_path / "no.img")
    with pytest.raises(FileError, match=r"no\.img' is no exposure map"):
        read_exposure_map(tmp_path / "no.img")
