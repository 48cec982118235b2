"""Images out and in: values, bands, units, and pixels that others find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.files.image import read_image, write_image

if TYPE_CHECKING:
    from pathlib import Path

PLANE = TangentPlane(280.0, 35.0, 399.5, 299.5, -0.0006828, 0.0006828)
REQUEST = ImageRequest(ScreenRequest(EventsRequest("a.evt")), Band(3, 79))


def test_counts_come_back_whole(tmp_path: Path) -> None:
    counts = np.arange(12, dtype=np.int32).reshape(3, 4)
    write_image(tmp_path / "a.img", Image(counts, PLANE, REQUEST))
    back = read_image(tmp_path / "a.img")
    np.testing.assert_array_equal(back.counts, counts)
    assert back.counts.dtype.kind == "i"
    assert back.plane == PLANE
    header = fits.getheader(tmp_path / "a.img")
    assert (header["BUNIT"], header["E_MIN"], header["HDUCLAS2"]) == ("count", 3.0, "TOTAL")
    assert "APPROX" not in header
    assert "SMOOTHPX" not in header


def test_rates_in_several_bands(tmp_path: Path) -> None:
    rate = np.array([[0.5, np.nan], [0.25, 2.0]], np.float32)
    asked = ImageRequest(
        REQUEST.screen, Band(3, 10), bands=(Band(10, 30),), smooth_px=1.5, quantity="corrected"
    )
    made = Image(
        rate, PLANE, asked, Provenance(approximate="rectangles"), (2 * rate,), "counts s⁻¹ px⁻¹"
    )
    write_image(tmp_path / "a.img", made)
    with fits.open(tmp_path / "a.img") as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "BAND2"]
        for number, hdu in enumerate(hdus):
            np.testing.assert_array_equal(hdu.data, (number + 1) * rate)
            assert hdu.header["BUNIT"] == "count s-1 pixel-1"
            assert hdu.header["SMOOTHPX"] == 1.5
            assert hdu.header["E_MAX"] == (10.0, 30.0)[number]
            assert hdu.header["APPROX"] is True
            assert WCS(hdu.header).wcs.crval[0] == 280.0


def test_an_image_of_the_detectors_has_no_sky(tmp_path: Path) -> None:
    asked = ImageRequest(REQUEST.screen, Band(3, 10), binning=2, frame="det1")
    made = Image(np.ones((180, 180), np.int32), None, asked, frame="det1")
    write_image(tmp_path / "a.img", made)
    header = fits.getheader(tmp_path / "a.img")
    assert (header["CTYPE1P"], header["CTYPE2P"]) == ("DET1X", "DET1Y")
    assert (header["CRVAL1P"], header["CDELT1P"]) == (1.5, 2.0)
    assert "CRVAL1" not in header


def test_what_it_is_in_a_line() -> None:
    counts = np.ones((2, 3), np.int32)
    assert repr(Image(counts, None)) == "<Image: 3 x 2 pixels, 6 counts>"
    rates = Image(
        np.array([[np.nan, 2.4]]), None, tiles=(np.zeros((1, 2)),), unit="s", frame="det1"
    )
    assert repr(rates) == "<Image: 2 x 1 pixels of DET1, s, 1 more bands>"
    assert rates.total == 2
    with pytest.raises(ValueError, match="read-only"):
        rates.tiles[0][0, 0] = 1.0
