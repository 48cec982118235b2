"""Files as nuproducts and xrtproducts leave them, read as light curves, spectra and images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.domain.band import Band
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.selection import Cut, Selection, SelectionRequest
from nuwidgets.engines.embedded.image import solve_image
from nuwidgets.engines.heasoft.read_products import (
    CurveFiles,
    SpectrumFiles,
    read_products_curve,
    read_products_image,
    read_products_spectrum,
)
from nuwidgets.errors import FileError
from nuwidgets.files.arf import write_arf
from nuwidgets.files.image import write_image
from nuwidgets.files.pha import write_pha
from nuwidgets.files.rmf import write_rmf

START, SIZE = 2.5e8, 256.0
GOOD = np.array([1.0, 0.5, 0.0, 1.0, 0.25])
"""FRACEXP of five bins; the third has no good time."""


@pytest.fixture(scope="module")
def made(observation):
    """The selection of one module, and the embedded engine's products of it."""
    from nuwidgets.session import Session

    stem = f"nu{observation.name}A"
    with Session(live=False) as session:
        dataset = session.add_events(
            observation / "event_cl" / f"{stem}01_cl.evt", observation / "hk" / f"{stem}_fpm.hk"
        )
        selection = dataset.regions.run()
        return selection, dataset.spectrum.run(), dataset.lightcurve.run(), dataset.image.run()


def curve_file(path, counts, factor=1.0, *, kept=slice(None), original=True, corrected=True):
    """Write a light curve as nulccorr does: corrected rates, the extractor's beside them."""
    seen = np.where(GOOD > 0, GOOD, 1.0) * SIZE
    rate, error = counts / seen, np.sqrt(counts) / seen
    time = SIZE * (np.arange(len(GOOD)) + 0.5)
    columns = {"TIME": time, "RATE": rate * factor, "ERROR": error * factor, "FRACEXP": GOOD}
    if original:
        columns |= {"RATE_ORIG": rate, "ERROR_ORIG": error}
    table = fits.BinTableHDU.from_columns(
        [fits.Column(n, "D" if n == "TIME" else "E", array=v[kept]) for n, v in columns.items()],
        name="RATE",
    )
    table.header.update(
        TIMEDEL=SIZE, TIMEPIXR=0.5, TIMEZERO=START, TELESCOP="NuSTAR", INSTRUME="FPMA",
        MJDREFI=55197, MJDREFF=7.6601852e-4, DEADAPP=corrected, NULCCO=corrected,
        HDUCLASS="OGIP", HDUCLAS1="LIGHTCURVE", HDUCLAS2="TOTAL",
    )  # fmt: skip
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    return str(path)


def size_file(path, spectrum, backscal):
    write_pha(path, replace(spectrum, backscal=np.full(4096, backscal), region=None, wmap=None))
    return str(path)


SOURCE, BACKGROUND = np.array([400.0, 90, 0, 500, 0]), np.array([64.0, 30, 0, 36, 4])


def files_of(folder, made, **how):
    return CurveFiles(
        curve_file(folder / "sr.lc", SOURCE, 1.25, **how),
        curve_file(folder / "bk.lc", BACKGROUND, 1.5, **how),
        size_file(folder / "sr.pha", made[1], 0.002),
        size_file(folder / "bk.pha", made[1], 0.008),
    )


def test_the_scaled_background_is_taken_from_corrected_rates(tmp_path, made):
    selection, _, own, _ = made
    curve = read_products_curve(files_of(tmp_path, made), own.request, selection)
    seen = np.where(GOOD > 0, GOOD, np.nan) * SIZE
    net = (1.25 * SOURCE - 0.25 * 1.5 * BACKGROUND) / seen
    error = np.sqrt(1.25**2 * SOURCE + (0.25 * 1.5) ** 2 * BACKGROUND) / seen
    assert np.allclose(curve.rate_per_s, net, rtol=1e-6, equal_nan=True)
    assert np.allclose(curve.error_per_s, error, rtol=1e-6, equal_nan=True)
    assert np.isnan(curve.rate_per_s[2])
    assert curve.time_s.tolist() == (START + SIZE * np.arange(5)).tolist()
    assert curve.fracexp.tolist() == GOOD.tolist()
    assert curve.counts.tolist() == SOURCE.tolist()
    assert curve.background_counts.tolist() == BACKGROUND.tolist()
    assert (curve.background_subtracted, curve.livetime_corrected) == (True, True)
    assert curve.pointing == selection.events.pointing
    assert curve.gti == selection.events.gti
    assert curve.request == own.request


def test_bins_that_the_files_leave_out_are_nan_and_the_others_keep_their_place(tmp_path, made):
    selection, _, own, _ = made
    files = files_of(tmp_path, made, kept=np.array([0, 1, 3, 4]))
    curve = read_products_curve(files, own.request, selection)
    assert len(curve.time_s) == 5
    assert np.isnan(curve.rate_per_s).tolist() == [False, False, True, False, False]
    assert curve.counts.tolist() == SOURCE.tolist()
    assert curve.fracexp[2] == 0


def test_without_subtraction_or_a_background_the_source_stays_as_it_is(tmp_path, made):
    selection, _, own, _ = made
    files = files_of(tmp_path, made)
    whole = replace(own.request, subtract_background=False)
    curve = read_products_curve(files, whole, selection)
    alone = read_products_curve(CurveFiles(files.source, "", "", ""), own.request, selection)
    expected = 1.25 * SOURCE[0] / SIZE
    assert curve.rate_per_s[0] == alone.rate_per_s[0] == pytest.approx(expected)
    assert curve.background_counts.tolist() == BACKGROUND.tolist()
    assert alone.background_counts.tolist() == [0.0] * 5
    assert not curve.background_subtracted
    assert not alone.background_subtracted


def test_counts_that_no_file_says_are_not_made_up(tmp_path, made):
    selection, _, own, _ = made
    path = curve_file(tmp_path / "sr.lc", SOURCE, 1.25, original=False)
    curve = read_products_curve(CurveFiles(path, "", "", ""), own.request, selection)
    assert np.isnan(curve.counts).all()
    plain = replace(own.request, correct_livetime=False)
    path = curve_file(tmp_path / "plain.lc", SOURCE, original=False, corrected=False)
    curve = read_products_curve(CurveFiles(path, "", "", ""), plain, selection)
    assert curve.counts.tolist() == SOURCE.tolist()
    assert not curve.livetime_corrected


def test_where_the_source_alone_was_corrected_the_background_is_corrected_alike(tmp_path, made):
    """xrtlccorr writes a file of its own, and none for the background."""
    selection, _, own, _ = made
    plain = curve_file(tmp_path / "sr.lc", SOURCE, original=False, corrected=False)
    files = CurveFiles(
        curve_file(tmp_path / "sr_corr.lc", SOURCE, 1.3, original=False),
        curve_file(tmp_path / "bkg.lc", BACKGROUND, original=False, corrected=False),
        size_file(tmp_path / "sr.pha", made[1], 0.002),
        size_file(tmp_path / "bkg.pha", made[1], 0.008),
        plain,
    )
    curve = read_products_curve(files, own.request, selection)
    seen = np.where(GOOD > 0, GOOD, np.nan) * SIZE
    net = 1.3 * (SOURCE - 0.25 * BACKGROUND) / seen
    assert np.allclose(curve.rate_per_s, net, rtol=1e-6, equal_nan=True)
    assert curve.rate_per_s[4] < 0  # no source counts there: the usual factor holds
    assert curve.counts.tolist() == SOURCE.tolist()


def test_a_region_without_a_size_cannot_scale_its_background(tmp_path, made):
    selection, _, own, _ = made
    files = files_of(tmp_path, made)
    files = replace(files, source_pha=size_file(tmp_path / "none.pha", made[1], 0.0))
    with pytest.raises(FileError, match=r"Cannot scale the background .* BACKSCAL is 0\.0"):
        read_products_curve(files, own.request, selection)


@pytest.mark.parametrize("linked", [True, False])
def test_a_spectrum_is_read_with_the_files_it_is_given(tmp_path, made, linked):
    selection, own, _, _ = made
    plane = selection.events.plane
    names = {"BACKFILE": "bk.pha", "RESPFILE": "sr.rmf", "ANCRFILE": "sr.arf"}
    links = tuple((k, v if linked else "none") for k, v in names.items())
    write_pha(tmp_path / "sr.pha", replace(own, links=links), plane)
    write_pha(tmp_path / "bk.pha", own.background, plane, is_background=True)
    write_rmf(tmp_path / "sr.rmf", own.response, own.pointing)
    write_arf(tmp_path / "sr.arf", own.response, own.pointing)
    paths = [str(tmp_path / name) for name in ("sr.pha", "bk.pha", "sr.rmf", "sr.arf")]
    spectrum = read_products_spectrum(SpectrumFiles(*paths), own.request, selection)
    assert np.array_equal(spectrum.counts, own.counts)
    assert np.array_equal(spectrum.background.counts, own.background.counts)
    assert np.allclose(spectrum.background_ratio, own.background_ratio)
    assert spectrum.response.area_cm2 == pytest.approx(own.response.area_cm2, rel=1e-6)
    assert (spectrum.name, spectrum.path) == (own.name, paths[0])
    assert spectrum.region == selection.source.region
    assert spectrum.background.region == selection.background.region
    assert spectrum.pointing == own.pointing
    assert spectrum.request == own.request
    alone = read_products_spectrum(
        SpectrumFiles(paths[0], "", paths[2], paths[3]), own.request, without_background(selection)
    )
    assert alone.background is None


def without_background(selection: Selection) -> Selection:
    request = SelectionRequest(selection.request.screen, selection.request.source)
    assert isinstance(selection.source, Cut)
    return replace(selection, background=None, request=request)


@pytest.mark.parametrize("binning", [1, 4, 7])
def test_an_image_has_its_pixels_joined_as_the_embedded_engine_joins_them(tmp_path, made, binning):
    selection, _, _, own = made
    path = tmp_path / "sk.img"
    events = selection.events
    fine = solve_image(ImageRequest(own.request.screen, Band(3, 79)), (events,), Stay())
    write_image(path, fine, events.pointing)
    request = ImageRequest(own.request.screen, Band(3, 79), binning)
    image = read_products_image(str(path), request)
    expected = solve_image(request, (events,), Stay())
    assert np.array_equal(image.counts, expected.counts)
    assert image.plane.x_ref == pytest.approx(expected.plane.x_ref)
    assert image.plane.x_step_deg == pytest.approx(expected.plane.x_step_deg)
    assert image.request == request


class Stay:
    """A token that nobody stops."""

    def check(self):
        pass
