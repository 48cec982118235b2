"""Spectra: real files, what they get wrong, what belongs to them, and the way out and back."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.pha import read_inner_background, read_spectrum, write_pha
from nuwidgets.files.rmf import read_response
from nuwidgets.files.spectrum_set import find_linked, load_spectrum

VELA = "nustar_spectra/vela_x1_90402339002_A"
SETS = "fit_sets"


def make_pha(path, columns=None, keywords=None, drop=(), name="SPECTRUM"):
    cells = {"CHANNEL": ("J", np.arange(8)), "COUNTS": ("J", np.arange(8))} | (columns or {})
    table = fits.BinTableHDU.from_columns(
        [fits.Column(k, f, array=v) for k, (f, v) in cells.items() if k not in drop], name=name
    )
    words = {"EXPOSURE": 10.0, "POISSERR": True, "DETCHANS": 8, "TLMIN1": 0} | (keywords or {})
    for key, value in words.items():
        if value is not None:
            table.header[key] = value
    table.writeto(path, overwrite=True)
    return path


@pytest.mark.parametrize(
    ("name", "total", "exposure"),
    [
        (f"{VELA}/nu90402339002A01_sr.pha", 1446870, 36037.62277030166),
        (f"{VELA}/nu90402339002A01_bk.pha", 853, 36037.62277030166),
        ("nustar_spectra/30001039002/nu30001039002_srcA_sr.pha", 131974, 39976.5504081808),
        (f"{SETS}/asca_sis0_a2029/sis0.pha", 50389, 28677.96586243063),
        (f"{SETS}/hxmt_he/P011160506306_HE_TOTAL.fits", 334327, 233.4971),
        (f"{SETS}/xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits", 11526, 20265.98058616),
        ("swift_xrt/target_sr.pha", 58, 4812.266998952208),
    ],
)
def test_counts_and_exposures_of_real_spectra(shared_data, name, total, exposure):
    spectrum = read_spectrum(shared_data / name)
    assert spectrum.total == total
    assert spectrum.exposure_s == exposure
    assert spectrum.poisson


@pytest.mark.parametrize(
    ("name", "n_pixels", "factor"),
    [
        (f"{VELA}/nu90402339002A01_sr.pha", 3464, 0.99997),
        (f"{VELA}/nu90402339002A01_bk.pha", 2029, 0.99627),
        ("nustar_spectra/30001039002/nu30001039002_srcA_sr.pha", 1051, None),
        ("swift_xrt/target_sr.pha", 1148, 1.0),
    ],
)
def test_the_wmap_is_the_region(shared_data, name, n_pixels, factor):
    spectrum = read_spectrum(shared_data / name)
    wmap, (x0, y0) = spectrum.wmap, spectrum.wmap_origin
    y, x = np.indices(wmap.shape)
    inside = spectrum.region.contains(x + x0, y + y0)
    assert np.array_equal(inside, wmap >= 0)
    assert inside.sum() == n_pixels
    assert wmap[inside].sum() == spectrum.total
    assert inside.any(axis=0).all()
    assert inside.any(axis=1).all()
    if factor:
        assert spectrum.backscal[0] == pytest.approx(n_pixels * 1e-6 * factor, rel=1e-5)


def test_rates_become_counts(shared_data):
    spectrum = read_spectrum(shared_data / SETS / "ixpe_det1/det1_filt_src_I.pha")
    raw = fits.getdata(shared_data / SETS / "ixpe_det1/det1_filt_src_I.pha", 1)
    assert spectrum.is_rate
    assert not spectrum.poisson
    assert np.allclose(spectrum.counts / spectrum.exposure_s, raw["RATE"], rtol=1e-14)
    assert np.allclose(spectrum.stat_error / spectrum.exposure_s, raw["STAT_ERR"], rtol=1e-14)


def test_exosat_is_aligned_by_channel(shared_data):
    path = shared_data / SETS / "exosat_s54405/s54405.pha"
    spectrum = load_spectrum(FileSpectrumRequest(str(path)))
    assert (spectrum.n_channels, spectrum.first_channel) == (128, 1)
    assert spectrum.channel[[0, -1]].tolist() == [4, 128]
    assert spectrum.areascal[0] == pytest.approx(1668.763306)
    assert spectrum.response.matrix.shape == (125, 128)
    whole = read_response(path.with_name("s54405.rsp"))
    assert abs(spectrum.response.matrix - whole.matrix[3:]).max() == 0
    assert spectrum.response.e_min_kev[0] == whole.e_min_kev[3]
    assert spectrum.quality.max() == 5
    assert not any("without an ARF" in text for text in spectrum.provenance.warnings)


@pytest.mark.parametrize(("name", "error"), [("losum", 0.3549), ("hisum", 3.123)])
def test_systematic_errors_give_xspecs_error_of_the_net_rate(shared_data, name, error):
    spectrum = read_spectrum(shared_data / SETS / f"ginga_lac/{name}.pha")
    channels = np.hypot(spectrum.stat_error, spectrum.sys_error * spectrum.counts)
    assert np.sqrt(np.sum(channels**2)) == pytest.approx(error, rel=3e-4)


def test_a_complete_set_is_loaded(shared_data):
    folder = shared_data / SETS / "chandra_3c273"
    spectrum = load_spectrum(FileSpectrumRequest(str(folder / "3c273.pi")))
    assert spectrum.background.total == 216
    assert spectrum.response.arf_path.endswith("3c273.arf")
    ratio = 2.5264364698914e-06 / 1.872535141462e-05
    assert spectrum.background_ratio == pytest.approx(ratio, rel=1e-12)
    assert np.count_nonzero(spectrum.grouping > 0) == 46
    assert spectrum.request.path.endswith("3c273.pi")


def test_type_two_needs_a_row(shared_data):
    path = shared_data / SETS / "chandra_type2_3c120/3c120_pha2.gz"
    with pytest.raises(FileError, match=r"holds 12 spectra .* row 0 was asked"):
        read_spectrum(path)
    with pytest.raises(FileError, match="a row from 1 to 12"):
        read_spectrum(path, 13)
    raw = fits.getdata(path, 1)
    spectrum = read_spectrum(path, 3)
    assert np.array_equal(spectrum.counts, raw["COUNTS"][2])
    assert spectrum.name == "3c120_pha2_3"
    assert len(spectrum.channel) == 8192


def test_type_one_has_no_rows(tmp_path):
    with pytest.raises(FileError, match="There is no row 2"):
        read_spectrum(make_pha(tmp_path / "a.pha"), 2)


def test_what_is_no_spectrum_is_said(shared_data, tmp_path):
    with pytest.raises(FileError, match=r"has no spectrum: .* only MATRIX, EBOUNDS"):
        read_spectrum(shared_data / SETS / "asca_sis0_a2029/sis0.rmf")
    make_pha(tmp_path / "a.pha", {"CHANNEL": ("J", []), "COUNTS": ("J", [])})
    with pytest.raises(FileError, match="it has no channels"):
        read_spectrum(tmp_path / "a.pha")


@pytest.mark.parametrize(
    ("columns", "keywords", "words"),
    [
        ({}, {"EXPOSURE": 0.0}, "no EXPOSURE above 0"),
        ({}, {"AREASCAL": 0.0}, "AREASCAL is not above 0 in 8"),
        ({}, {"BACKSCAL": 0.0}, "BACKSCAL is not above 0"),
        ({"COUNTS": ("D", [np.nan, *range(7)])}, {}, "COUNTS is no number in 1"),
        ({"STAT_ERR": ("D", np.ones(8))}, {}, "POISSERR is T: the STAT_ERR"),
        ({}, {"POISSERR": None}, "no POISSERR and no STAT_ERR"),
        ({}, {"POISSERR": False}, "errors are 0"),
        ({}, {"TLMIN1": 1}, "said to be 1; 0 is there"),
    ],
)
def test_what_is_put_right_is_said(tmp_path, columns, keywords, words):
    spectrum = read_spectrum(make_pha(tmp_path / "a.pha", columns, keywords))
    assert any(words in text for text in spectrum.provenance.warnings)
    assert np.isfinite(spectrum.counts).all()
    assert spectrum.exposure_s > 0


def test_columns_win_over_keywords_and_grouping_starts_with_a_bin(tmp_path):
    columns = {
        "GROUPING": ("I", [-1, -1, 1, -1, 0, 1, 1, -1]),
        "QUALITY": ("I", [0, 5, 0, 2, 0, 0, 0, 0]),
        "BACKSCAL": ("E", np.linspace(1, 2, 8)),
    }
    keywords = {"GROUPING": 0, "QUALITY": 0, "BACKSCAL": 7.0}
    spectrum = read_spectrum(make_pha(tmp_path / "a.pha", columns, keywords))
    assert spectrum.grouping.tolist() == [1, -1, 1, -1, 1, 1, 1, -1]
    assert spectrum.quality.tolist() == [0, 5, 0, 2, 0, 0, 0, 0]
    assert spectrum.backscal == pytest.approx(np.linspace(1, 2, 8))


def test_channels_without_tlmin_start_at_one_or_zero(tmp_path):
    keywords = {"TLMIN1": None, "DETCHANS": None}
    assert read_spectrum(make_pha(tmp_path / "a.pha", {}, keywords)).first_channel == 0
    columns = {"CHANNEL": ("J", np.arange(4, 12))}
    spectrum = read_spectrum(make_pha(tmp_path / "b.pha", columns, keywords))
    assert (spectrum.first_channel, spectrum.n_channels) == (1, 11)


def test_found_by_columns_where_the_name_is_another(tmp_path):
    assert read_spectrum(make_pha(tmp_path / "a.pha", name="spec")).total == 28


def test_background_in_the_same_file(tmp_path):
    make_pha(tmp_path / "a.pha")
    make_pha(tmp_path / "b.pha", {"COUNTS": ("J", np.full(8, 3))}, {"HDUCLAS2": "BKG"})
    with fits.open(tmp_path / "a.pha") as a, fits.open(tmp_path / "b.pha") as b:
        fits.HDUList([fits.PrimaryHDU(), b[1], a[1]]).writeto(tmp_path / "c.pha")
    assert read_spectrum(tmp_path / "c.pha").total == 28
    assert read_inner_background(tmp_path / "c.pha").total == 24
    assert read_inner_background(tmp_path / "a.pha") is None
    assert load_spectrum(FileSpectrumRequest(str(tmp_path / "c.pha"))).background.total == 24


# ---- links


def copy_set(shared_data, folder):
    source = shared_data / SETS / "chandra_3c273"
    for name in ("3c273.pi", "3c273_bg.pi", "3c273.rmf", "3c273.arf"):
        shutil.copy(source / name, folder / name)
    return folder / "3c273.pi"


def relink(path, **links):
    with fits.open(path, mode="update") as file:
        file[1].header.update(links)


def test_links_are_found_beside_the_spectrum_packed_or_not(shared_data, tmp_path, monkeypatch):
    path = copy_set(shared_data, tmp_path)
    (tmp_path / "3c273.rmf.gz").write_bytes(gzip.compress((tmp_path / "3c273.rmf").read_bytes()))
    (tmp_path / "3c273.rmf").unlink()
    relink(path, ANCRFILE="/somewhere/else/3c273.arf", BACKFILE="sub/3c273_bg.pi.gz")
    elsewhere = tmp_path / "cwd"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    spectrum = load_spectrum(FileSpectrumRequest(str(path)))
    assert spectrum.response.rmf_path.endswith("3c273.rmf.gz")
    assert spectrum.background.total == 216
    assert spectrum.provenance.warnings == ()
    monkeypatch.chdir(tmp_path)
    assert load_spectrum(FileSpectrumRequest("3c273.pi")).background.total == 216


def test_missing_links_are_warnings_and_no_response(shared_data, tmp_path):
    path = copy_set(shared_data, tmp_path)
    for name in ("3c273_bg.pi", "3c273.rmf"):
        (tmp_path / name).unlink()
    spectrum = load_spectrum(FileSpectrumRequest(str(path)))
    assert spectrum.response is None
    assert spectrum.background is None
    text = " ".join(spectrum.provenance.warnings)
    assert "names BACKFILE '3c273_bg.pi'" in text
    assert "rmf_path (--rmf)" in text


def test_a_missing_arf_leaves_no_response_unless_none_is_said(shared_data, tmp_path):
    path = copy_set(shared_data, tmp_path)
    (tmp_path / "3c273.arf").unlink()
    assert load_spectrum(FileSpectrumRequest(str(path))).response is None
    spectrum = load_spectrum(FileSpectrumRequest(str(path), arf_path="none"))
    assert spectrum.response is not None
    assert any("without an ARF" in text for text in spectrum.provenance.warnings)


def test_what_the_user_names_must_be_there(shared_data, tmp_path):
    path = str(copy_set(shared_data, tmp_path))
    for name in ("background_path", "rmf_path", "arf_path"):
        request = FileSpectrumRequest(path, **{name: str(tmp_path / "nope.fits")})
        with pytest.raises(FileError, match=r"There is no file .*nope"):
            load_spectrum(request)
    assert load_spectrum(FileSpectrumRequest(path, background_path="none")).background is None
    assert load_spectrum(FileSpectrumRequest(path, rmf_path="none")).response is None


def test_what_does_not_fit_is_refused(shared_data, tmp_path):
    path = str(copy_set(shared_data, tmp_path))
    other = str(shared_data / VELA / "nu90402339002A01_bk.pha")
    with pytest.raises(FileError, match="has 4096 channels, the spectrum"):
        load_spectrum(FileSpectrumRequest(path, background_path=other))
    rmf = str(shared_data / SETS / "ixpe_det1/ixpe_d1_20170101_alpha075_02.rmf")
    with pytest.raises(FileError, match="has 375 channels, the spectrum"):
        load_spectrum(FileSpectrumRequest(path, rmf_path=rmf, arf_path="none"))


def test_a_background_is_aligned_by_channel(tmp_path):
    make_pha(tmp_path / "b.pha", {"CHANNEL": ("J", [3, 1, 2]), "COUNTS": ("J", [30, 10, 20])},
             {"TLMIN1": 1, "BACKSCAL": -1.0})  # fmt: skip
    make_pha(tmp_path / "a.pha", {}, {"BACKFILE": "b.pha[1]"})
    background = load_spectrum(FileSpectrumRequest(str(tmp_path / "a.pha"))).background
    assert background.counts.tolist() == [10, 20, 30, 0, 0, 0, 0, 0]
    assert background.channel.tolist() == list(range(8))
    assert set(background.backscal.tolist()) == {1.0}


def test_links_that_mean_nothing(tmp_path):
    path = make_pha(tmp_path / "a.pha")
    assert find_linked("%match%", str(path), "RESPFILE") is None
    (tmp_path / "a.rsp").write_bytes(b"x")
    assert find_linked("%match%", str(path), "RESPFILE") == tmp_path / "a.rsp"
    assert find_linked("%match%.rsp", str(path)) == tmp_path / "a.rsp"
    assert find_linked("a.pha", str(path)) is None
    assert find_linked("x" * 5000, str(path)) is None
    assert find_linked("/", str(path)) is None
    assert find_linked("..", str(path)) is None


def said_of(path):
    return read_spectrum(path).provenance.warnings


def test_a_correction_file_is_said_to_be_left_out(tmp_path):
    size = {"BACKSCAL": 1.0}
    path = make_pha(tmp_path / "a.pha", {}, size | {"CORRFILE": "cor.pha", "CORRSCAL": 0.9})
    (said,) = said_of(path)
    assert "CORRFILE 'cor.pha' (CORRSCAL 0.9) is not used" in said
    for words in ({"CORRFILE": "none"}, {"CORRFILE": "cor.pha", "CORRSCAL": 0.0}, {"CORRSCAL": -1}):
        assert said_of(make_pha(path, {}, size | words)) == ()


def test_broken_good_times_are_said(tmp_path):
    path = make_pha(tmp_path / "a.pha", {}, {"BACKSCAL": 1.0})
    times = [fits.Column(n, "D", array=[v, 5]) for n, v in (("START", 3), ("STOP", 2))]
    with fits.open(path) as file:
        gti = fits.BinTableHDU.from_columns(times, name="GTI")
        fits.HDUList([*file, gti]).writeto(tmp_path / "b.pha")
    (said,) = said_of(tmp_path / "b.pha")
    assert said.startswith("1 of the 2 good time intervals in GTI (2)")


def test_links_with_brackets_in_their_names(tmp_path):
    path = str(make_pha(tmp_path / "a.pha"))
    (tmp_path / "b[1].rmf").write_bytes(b"x")
    assert find_linked("b[1].rmf", path) == tmp_path / "b[1].rmf"
    (tmp_path / "c.rmf").write_bytes(b"x")
    assert find_linked("c.rmf[1]", path) == tmp_path / "c.rmf"


def test_a_missing_backscal_is_said(tmp_path):
    path = make_pha(tmp_path / "a.pha")
    assert ["There is no BACKSCAL; 1 is taken" in text for text in said_of(path)] == [True]
    assert said_of(make_pha(path, {"BACKSCAL": ("D", np.ones(8))})) == ()
    make_pha(tmp_path / "b.pha", {}, {"BACKFILE": "a.pha", "BACKSCAL": 1.0})
    make_pha(path)
    (said,) = load_spectrum(FileSpectrumRequest(str(tmp_path / "b.pha"))).provenance.warnings[:1]
    assert said.startswith("Background: There is no BACKSCAL")


# ---- out and back


def same(a: Spectrum, b: Spectrum) -> None:
    for name in ("channel", "counts", "backscal", "areascal", "quality", "grouping", "wmap",
                 "stat_error", "sys_error"):  # fmt: skip
        mine, theirs = getattr(a, name), getattr(b, name)
        assert (mine is None) == (theirs is None), name
        if mine is not None:
            assert np.allclose(mine, theirs, rtol=1e-14, atol=0), name
    for name in ("exposure_s", "poisson", "first_channel", "n_channels", "channel_type", "is_rate",
                 "gti", "wmap_origin", "region"):  # fmt: skip
        assert getattr(a, name) == getattr(b, name), name
    for name in ("telescope", "instrument", "obs_id", "object_name", "date_obs", "timesys"):
        assert getattr(a.pointing, name) == getattr(b.pointing, name), name
    assert a.pointing.mjdref_days == pytest.approx(b.pointing.mjdref_days, abs=1e-11)


@pytest.mark.parametrize(
    "name",
    [
        f"{VELA}/nu90402339002A01_sr.pha",
        "swift_xrt/target_sr.pha",
        f"{SETS}/ginga_lac/losum.pha",
        f"{SETS}/chandra_3c273/3c273.pi",
        f"{SETS}/ixpe_det1/det1_filt_src_I.pha",
        f"{SETS}/xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits",
    ],
)
def test_real_spectra_survive_the_way_out_and_back(shared_data, tmp_path, name):
    spectrum = read_spectrum(shared_data / name)
    write_pha(tmp_path / "out.pha.gz", spectrum)
    same(read_spectrum(tmp_path / "out.pha.gz"), spectrum)


PLANE = TangentPlane(30.0, 20.0, 499.5, 499.5, -6.8e-4, 6.8e-4)


def test_what_is_written_is_what_heasoft_expects(shared_data, tmp_path):
    spectrum = read_spectrum(shared_data / VELA / "nu90402339002A01_sr.pha")
    links = (("BACKFILE", "/a/b/bk.pha"), ("RESPFILE", ""), ("ANCRFILE", "sr.arf"))
    write_pha(tmp_path / "o.pha", replace(spectrum, links=links), PLANE)
    with fits.open(tmp_path / "o.pha", checksum=True) as made:
        made.verify("exception")
        assert [h.name for h in made] == ["PRIMARY", "SPECTRUM", "GTI", "REG00101"]
        header = made[1].header
        expected = {
            "HDUCLASS": "OGIP", "HDUCLAS1": "SPECTRUM", "HDUCLAS2": "TOTAL", "HDUCLAS3": "COUNT",
            "CHANTYPE": "PI", "DETCHANS": 4096, "TLMIN1": 0, "TLMAX1": 4095, "POISSERR": True,
            "AREASCAL": 1.0, "BACKFILE": "bk.pha", "RESPFILE": "none", "ANCRFILE": "sr.arf",
            "CORRFILE": "none", "CORRSCAL": 1.0, "TELESCOP": "NuSTAR", "INSTRUME": "FPMA",
            "SYS_ERR": 0.0, "EXPOSURE": 36037.62277030166,
        }  # fmt: skip
        assert {k: header[k] for k in expected} == expected
        assert header["ONTIME"] == pytest.approx(42714.63014817238)
        assert header["DEADC"] == pytest.approx(0.843683362, rel=1e-8)
        old = fits.getheader(shared_data / VELA / "nu90402339002A01_sr.pha")
        for key in ("LTV1", "LTV2", "CRVAL1P", "CRVAL2P", "NPIXSOU", "TOTCTS", "HDUCLAS2"):
            assert made[0].header[key] == old[key], key
        assert made[0].header["CRPIX1"] == 500.5 - 527
        assert made["REG00101"].header["TCRPX1"] == 500.5
        assert made["REG00101"].data["X"][0][0] == pytest.approx(560.72086283)


def test_every_shape_survives(tmp_path):
    shapes = (
        PixelCircle(10, 11, 5),
        PixelAnnulus(10, 11, 5, 9, exclude=True),
        PixelEllipse(10, 11, 5, 9, 30),
        PixelBox(10, 11, 5, 9, 30),
        PixelPolygon((1, 2, 3), (1, 5, 2)),
        PixelPanda(10, 11, 30, 80, 5, 9),
        PixelPanda(10, 11, 30, 80, 5, 9, exclude=True),
        PixelEllipseAnnulus(10, 11, 5, 6, 9, 8, 30),
        PixelPoint(4, 5),
    )
    spectrum = replace(read_spectrum(make_pha(tmp_path / "a.pha")), region=Region(shapes))
    write_pha(tmp_path / "o.pha", spectrum)
    back = read_spectrum(tmp_path / "o.pha")
    assert back.region == spectrum.region
    assert back.wmap is None


def test_sky_regions_need_a_plane(tmp_path):
    region = Region((Circle(30.0, 20.0, 60.0),))
    spectrum = replace(read_spectrum(make_pha(tmp_path / "a.pha")), region=region)
    with pytest.raises(InputError, match="no sky coordinates"):
        write_pha(tmp_path / "o.pha", spectrum)
    write_pha(tmp_path / "o.pha", spectrum, PLANE)
    (shape,) = read_spectrum(tmp_path / "o.pha").region.shapes
    assert (shape.x, shape.y) == pytest.approx((499.5, 499.5))


def test_vectors_and_broken_counts_are_columns(tmp_path):
    spectrum = read_spectrum(make_pha(tmp_path / "a.pha"))
    spectrum = replace(
        spectrum, counts=np.linspace(0, 1, 8), backscal=np.linspace(1, 2, 8),
        poisson=False, stat_error=np.ones(8), name="ä",
    )  # fmt: skip
    write_pha(tmp_path / "o.pha", spectrum)
    same(read_spectrum(tmp_path / "o.pha"), spectrum)
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_pha(tmp_path / "o.pha", spectrum)


def test_odd_text_and_approximation_are_written(tmp_path):
    spectrum = read_spectrum(make_pha(tmp_path / "a.pha"))
    pointing = replace(spectrum.pointing, object_name="Größe\n" + "x" * 100, tstart_s=float("nan"))
    notes = replace(spectrum.provenance, approximate="The response is approximate. " * 5)
    write_pha(tmp_path / "o.pha", replace(spectrum, pointing=pointing, provenance=notes))
    header = fits.getheader(tmp_path / "o.pha", 1)
    assert header["OBJECT"].startswith("Gr??e?xxx")
    assert header["APPROX"] is True
    assert "APPROXIMATE: The response" in str(header["COMMENT"])


def test_shapes_that_cannot_be_used_are_said(shared_data, tmp_path):
    spectrum = read_spectrum(shared_data / SETS / "rosat_xrbg/xrbg_xspec.pi")
    assert spectrum.region is None
    assert "degrees of a sky map" in spectrum.provenance.warnings[0]
    write_pha(tmp_path / "a.pha", read_spectrum(shared_data / VELA / "nu90402339002A01_sr.pha"))
    data = (tmp_path / "a.pha").read_bytes().replace(b"CIRCLE\0", b"PANDA\0\0")
    (tmp_path / "a.pha").write_bytes(data)
    back = read_spectrum(tmp_path / "a.pha")
    assert back.region is None
    assert any("PANDA is not known" in text for text in back.provenance.warnings)


def test_rectangles_in_a_region_table(tmp_path):
    def cells(*rows):
        made = np.empty(len(rows), object)
        made[:] = [np.array(r, float) for r in rows]
        return made

    columns = [
        fits.Column("X", "PD()", array=cells([1, 11], [5])),
        fits.Column("Y", "PD()", array=cells([2, 22], [6])),
        fits.Column("SHAPE", "16A", array=["rectangle", "!circle"]),
        fits.Column("R", "PD()", array=cells([], [3])),
    ]
    make_pha(tmp_path / "a.pha")
    with fits.open(tmp_path / "a.pha") as file:
        region = fits.BinTableHDU.from_columns(columns, name="REG00101")
        fits.HDUList([file[0], file[1], region]).writeto(tmp_path / "b.pha")
    shapes = read_spectrum(tmp_path / "b.pha").region.shapes
    assert shapes == (PixelBox(5, 11, 10, 20), PixelCircle(4, 5, 3, exclude=True))
