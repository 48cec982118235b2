"""Small images of one field in many observations: where counts fall, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.thumbnails import MOST_PIXELS, ThumbnailsRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import CancelledError, FileError, InputError
from nuwidgets.steps.thumbnails import as_center, as_field

AT = 136.17, -32.38
PIXEL_DEG = 2.357 / 3600
SHAPE = 1000, 1000
BAND = Band(0.3, 10.0)


def seen(ra_ref, dec_ref, stars, *, dtype=np.int16, exposure_s=1000.0, **pointing):
    """Give events of stars (ra, dec, counts, channel), seen with another pointing."""
    plane = TangentPlane(ra_ref, dec_ref, 499.5, 499.5, -PIXEL_DEG, PIXEL_DEG)
    columns = [(*plane.to_pixel(ra, dec), n, pi) for ra, dec, n, pi in stars]
    x, y, pi = (
        np.concatenate([np.full(c[2], value(c)) for c in columns]) if columns else np.zeros(0)
        for value in (lambda c: np.round(c[0]), lambda c: np.round(c[1]), lambda c: c[3])
    )
    return Events(
        time_s=np.linspace(0, exposure_s, len(x)),
        x=x.astype(dtype),
        y=y.astype(dtype),
        pi=pi.astype(np.int32),
        grade=np.zeros(len(x), np.uint8),
        gti=Gti(((0.0, exposure_s),)),
        pointing=Pointing("SWIFT", "XRT", mjdref_days=51910.0, timesys="TT", **pointing),
        plane=plane,
        shape=SHAPE,
    )


def solve(*above, token=None, **asked):
    names = tuple("abcdefgh"[: len(above)])
    screens = tuple(ScreenRequest(EventsRequest(f"{name}.evt")) for name in names)
    request = ThumbnailsRequest(**{"screens": screens, "names": names, "band": BAND, **asked})
    return EmbeddedEngine().solve(request, above, token or Token())


def sky_of(product, number, row, column):
    return [float(one) for one in product.planes[number].to_sky(column, row)]


def test_a_star_is_at_one_place_in_all_whatever_the_pointing():
    near = AT[0] + 0.02, AT[1] + 0.03
    stars = [(*AT, 7, 100), (*near, 3, 100)]
    made = solve(seen(*AT, stars), seen(AT[0] - 0.05, AT[1] + 0.04, stars), center=AT)
    assert made.counts.dtype == np.uint16
    assert made.counts.shape == (2, made.side, made.side)
    assert made.side <= MOST_PIXELS
    assert made.side * made.pixel_arcsec[0] >= 600.0
    for number, image in enumerate(made.counts):
        assert image.sum() == 10
        for star, n in ((AT, 7), (near, 3)):
            (place,) = np.argwhere(image == n)
            ra, dec = sky_of(made, number, *place)
            off = np.hypot((ra - star[0]) * np.cos(np.radians(AT[1])), dec - star[1]) * 3600
            assert off <= made.pixel_arcsec[number]
        right, up = made.offset_arcsec(number)
        # the middle of the field lies half a pixel at most from that of the image
        assert max(abs(right), abs(up)) <= made.pixel_arcsec[number] / 2 + 2.357 / 2


def test_offsets_put_every_image_onto_the_same_sky():
    star = [(AT[0] + 0.01, AT[1] + 0.02, 5, 100)]
    made = solve(seen(*AT, star), seen(AT[0] - 0.031, AT[1] + 0.017, star), center=AT)
    found = []
    for number, image in enumerate(made.counts):
        (place,) = np.argwhere(image == 5)
        right, up = made.offset_arcsec(number)
        along = (place - (made.side - 1) / 2) * made.pixel_arcsec[number]
        found.append((along[1] + right, along[0] + up))
    assert found[0] == pytest.approx(found[1], abs=made.pixel_arcsec[0])
    east = 0.01 * np.cos(np.radians(AT[1])) * 3600
    assert found[0] == pytest.approx((-east, 0.02 * 3600), abs=made.pixel_arcsec[0])


def test_the_band_and_the_field_choose_what_is_counted():
    events = seen(*AT, [(*AT, 4, 50), (*AT, 2, 500), (AT[0], AT[1] + 0.06, 9, 50)])
    assert solve(events, center=AT).counts.sum() == 15
    assert solve(events, center=AT, band=Band(0.3, 2.0)).counts.sum() == 13
    zoomed = solve(events, center=AT, field_arcmin=3.0)
    assert zoomed.counts.sum() == 6
    assert zoomed.pixel_arcsec[0] == pytest.approx(2.357)


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_positions_may_be_of_any_kind_and_far_outside(dtype):
    events = seen(*AT, [(*AT, 4, 50)], dtype=dtype)
    assert solve(events, center=AT).counts.sum() == 4
    assert solve(events, center=(AT[0], 80.0)).counts.sum() == 0
    assert solve(events, center=(AT[0] + 180, -AT[1])).counts.sum() == 0  # the far side


def test_the_middle_is_the_target_or_else_that_of_the_image():
    star = [(*AT, 1, 50)]
    aimed = seen(AT[0], AT[1] + 0.05, star, ra_obj_deg=AT[0], dec_obj_deg=AT[1])
    assert solve(aimed).center == AT
    assert solve(seen(*AT, star)).center == pytest.approx(AT, abs=1e-6)
    lost = seen(*AT, star, ra_obj_deg=10.0, dec_obj_deg=10.0)
    assert solve(lost, aimed).center == pytest.approx(AT, abs=1e-6)


def test_times_exposures_and_names_are_told():
    made = solve(seen(*AT, [], exposure_s=86400.0), seen(*AT, [(*AT, 1, 50)]))
    assert made.names == ("a", "b")
    assert made.exposure_s.tolist() == [86400.0, 1000.0]
    assert made.start_mjd.tolist() == [51910.0, 51910.0]
    assert repr(made) == "<Thumbnails: 2 of 10 arcmin>"


def test_what_failed_is_left_out_and_nothing_at_all_is_nothing():
    made = solve(FileError("Cannot read it."), seen(*AT, [(*AT, 3, 50)]))
    assert (made.names, made.counts.sum()) == (("b",), 3)
    nothing = solve(FileError("Cannot read it."))
    assert (nothing.names, nothing.counts.shape, nothing.center) == ((), (0, 1, 1), None)


def test_too_many_counts_in_a_pixel_are_said():
    made = solve(seen(*AT, [(*AT, 70_000, 50)]), center=AT)
    assert made.counts.max() == 65535
    assert "65535 counts or more" in made.provenance.warnings[0]


def test_it_stops():
    token = Token()
    token.cancel()
    with pytest.raises(CancelledError, match="topped"):
        solve(seen(*AT, []), token=token)


@pytest.mark.parametrize("wrong", [0, -1, True, "ten", 1e9])
def test_a_field_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match=r"as the width of a field\. Give arcmin above 0"):
        as_field(wrong)


@pytest.mark.parametrize("wrong", [3.0, (1,), ("a", "b"), (10.0, 95.0), (float("nan"), 0)])
def test_a_middle_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match=r"as the middle of a field\. Give right ascension"):
        as_center(wrong)


def test_a_middle_may_be_a_sky_coord():
    from astropy.coordinates import SkyCoord

    assert as_center(SkyCoord(136.17, -32.38, unit="deg")) == pytest.approx(AT, abs=1e-4)
    assert as_center((496.17, -32.38)) == pytest.approx(AT)
    assert as_center(None) is None


def test_a_session_follows_its_event_files(session):
    first, second = session.datasets
    made = session.thumbnails.run()
    assert made.names == (first, second)
    assert session.thumbnails.band == nw.Band(3, 79)  # that of the mission's images
    session.thumbnails.band = (3, 10)
    session.remove(first)
    assert session.thumbnails.run().names == (second,)
    assert session.thumbnails.request().band == nw.Band(3, 10)
