"""nuproducts without HEASoft: every number against direct masks of the event file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from task_toys import STEM, products, run_task

from nuwidgets.core.job import Token
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import CancelledError, FileError, InputError
from nuwidgets.files.gti import write_gti
from nuwidgets.files.lightcurve import read_lightcurve
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.regions import read_regions
from nuwidgets.science.grouping import group_min

PREFIX = f"{STEM}A01"


@pytest.fixture(scope="module")
def raw(observation: Path) -> tuple[fits.FITS_rec, fits.Header, Gti]:
    """The events as they are in the file, its header and its good times."""
    with fits.open(observation / "event_cl" / f"{PREFIX}_cl.evt") as hdus:
        gti = Gti.of(hdus["GTI"].data["START"], hdus["GTI"].data["STOP"])
        return hdus["EVENTS"].data.copy(), hdus["EVENTS"].header.copy(), gti


@pytest.fixture(scope="module")
def whole(observation: Path, tmp_path_factory: pytest.TempPathFactory):
    """A run with everything."""
    return products(observation, tmp_path_factory.mktemp("out"), rungrppha="yes")


def inside(raw, observation: Path, name: str) -> np.ndarray:
    """Say which events lie in a region: pixel centres against the circle of its file."""
    from nuwidgets.simulation.truth import Truth

    data, _header, _gti = raw
    plane = Truth(seed=3, exposure_s=5000.0).plane
    (shape,) = read_regions(observation / "event_cl" / f"{name}A.reg", plane).shapes
    x, y = plane.to_pixel(shape.ra_deg, shape.dec_deg)
    radius = shape.radius_arcsec / plane.pixel_arcsec
    return np.hypot(data["X"] - 1 - x, data["Y"] - 1 - y) <= radius


def test_it_makes_what_nuproducts_makes_under_its_names(whole) -> None:
    endings = "_sr.pha _bk.pha _sr.lc _bk.lc _sr.arf _sr.rmf _sk.img _sr_grp.pha _src.reg _bkg.reg"
    assert {f"{PREFIX}{ending}" for ending in endings.split()} == set(whole.files)
    assert all((Path(whole.folder) / name).stat().st_size for name in whole.files)
    assert whole.ok
    assert whole.exit_code == 0
    assert whole.path("_sr.pha") == f"{whole.folder}/{PREFIX}_sr.pha"
    assert whole.name == "99901110002 FPMA nuproducts"
    assert sorted(p.name for p in Path(whole.folder).iterdir()) == sorted(
        (*whole.files, "nuwidgets-run.json")
    )


def test_counts_are_those_of_a_direct_mask(whole, raw, observation: Path) -> None:
    data, header, _gti = raw
    for word, ending in (("src", "_sr.pha"), ("bkg", "_bk.pha")):
        mask = inside(raw, observation, word)
        spectrum = read_spectrum(whole.path(ending))
        expected = np.bincount(data["PI"][mask], minlength=4096)
        np.testing.assert_array_equal(spectrum.counts, expected)
        assert spectrum.exposure_s == pytest.approx(header["LIVETIME"], rel=1e-9)
    in_band = (data["PI"] >= 35) & (data["PI"] <= 1909)
    image = fits.getdata(whole.path("_sk.img"))
    expected = np.zeros((1000, 1000), int)
    kept = data[in_band]
    np.add.at(expected, (kept["Y"] - 1, kept["X"] - 1), 1)
    np.testing.assert_array_equal(image, expected)


def test_light_curves_count_the_band_and_correct_dead_time(whole, raw, observation: Path) -> None:
    data, _header, gti = raw
    in_band = (data["PI"] >= 35) & (data["PI"] <= 1909)
    with fits.open(observation / "hk" / f"{STEM}A_fpm.hk") as hk:
        second, live = hk[1].data["TIME"], hk[1].data["LIVETIME"]
    for word, ending in (("src", "_sr.lc"), ("bkg", "_bk.lc")):
        mask = inside(raw, observation, word) & in_band
        curve = read_lightcurve(whole.path(ending))
        edges = np.append(curve.time_s, curve.time_s[-1] + curve.binsize_s)
        counts = np.histogram(data["TIME"][mask], edges)[0]
        np.testing.assert_array_equal(curve.counts, counts)
        assert curve.livetime_corrected
        assert not curve.background_subtracted
        at = np.argmax(curve.fracexp)
        pieces = [
            max(min(s + 1, b, edges[at + 1]) - max(s, a, edges[at]), 0.0) * fraction
            for s, fraction in zip(second, live, strict=True)
            for a, b in gti.intervals
        ]
        assert curve.rate_per_s[at] == pytest.approx(counts[at] / sum(pieces), rel=1e-9)


def test_a_band_in_channels_has_both_ends_inside(observation: Path, tmp_path: Path, raw) -> None:
    run = products(observation, tmp_path, pilow=60, pihigh=210, phafile="NONE", bkgextract="no")
    data = raw[0]
    both = (data["PI"] >= 60) & (data["PI"] <= 210)
    assert fits.getdata(run.path("_sk.img")).sum() == np.count_nonzero(both)
    mask = both & inside(raw, observation, "src")
    assert read_lightcurve(run.path("_sr.lc")).counts.sum() == np.count_nonzero(mask)


@pytest.mark.parametrize(
    ("expression", "grades"),
    [("0", [0]), ("0-4", range(5)), ("21-24", range(21, 25)), ("0, 9:12", [0, 9, 10, 11, 12])],
)
def test_grades_are_filtered(
    observation: Path, tmp_path: Path, raw, expression: str, grades
) -> None:
    run = products(observation, tmp_path, gradeexpr=expression, lcfile="NONE", imagefile="NONE")
    mask = inside(raw, observation, "src") & np.isin(raw[0]["GRADE"], list(grades))
    assert 0 < mask.sum() < inside(raw, observation, "src").sum()
    assert read_spectrum(run.path("_sr.pha")).total == np.count_nonzero(mask)


def test_user_good_times_are_kept_and_dead_time_is_theirs(
    observation: Path, tmp_path: Path, raw
) -> None:
    data, _header, gti = raw
    start = gti.start_s[0]
    user = Gti(((start + 100.25, start + 700.5), (start + 900.0, start + 1000.0)))
    write_gti(tmp_path / "user.gti", user)
    run = products(observation, tmp_path / "out", usrgtifile=tmp_path / "user.gti")
    mask = inside(raw, observation, "src") & user.contains(data["TIME"])
    spectrum = read_spectrum(run.path("_sr.pha"))
    assert spectrum.total == np.count_nonzero(mask)
    assert spectrum.gti == user.intersect(gti)
    with fits.open(observation / "hk" / f"{STEM}A_fpm.hk") as hk:
        second, live = hk[1].data["TIME"], hk[1].data["LIVETIME"]
    edges = np.append(second, second[-1] + 1)
    expected = np.sum(user.intersect(gti).overlap_s(edges) * live)
    assert spectrum.exposure_s == pytest.approx(expected, rel=1e-9)
    assert str(tmp_path / "user.gti") in json.loads(Path(run.sidecar_path).read_text())["inputs"]


def test_the_grouped_spectrum_is_grpphas(whole) -> None:
    spectrum, alone = (read_spectrum(whole.path(e)) for e in ("_sr_grp.pha", "_sr.pha"))
    np.testing.assert_array_equal(spectrum.counts, alone.counts)
    marks = np.where((spectrum.channel < 35) | (spectrum.channel > 1909), 5, 0)
    expected = group_min(alone.counts, 30, marks)
    np.testing.assert_array_equal(spectrum.grouping, expected.grouping)
    np.testing.assert_array_equal(spectrum.quality, expected.quality)
    assert (spectrum.quality[[0, 34, 1910, 4095]] == 5).all()
    assert np.count_nonzero(spectrum.grouping[35:1910] == 1) > 5


def test_links_are_bare_names_and_the_response_says_it_is_approximate(whole) -> None:
    assert dict(read_spectrum(whole.path("_sr.pha")).links) == {
        "BACKFILE": f"{PREFIX}_bk.pha",
        "ANCRFILE": f"{PREFIX}_sr.arf",
        "RESPFILE": f"{PREFIX}_sr.rmf",
    }
    assert fits.getheader(whole.path("_sr.arf"), 1)["APPROX"] is True
    assert "ARF and RMF are approximate" in whole.provenance.approximate
    assert "not corrected for light outside the region" in whole.provenance.approximate


def test_what_is_not_wanted_is_not_made(observation: Path, tmp_path: Path) -> None:
    run = products(
        observation, tmp_path, bkgextract="no", runmkarf="no", runmkrmf="no", imagefile="NONE",
        lcfile="NONE", stemout="mine",
    )  # fmt: skip
    assert set(run.files) == {"mine_sr.pha", "mine_src.reg"}
    links = dict(read_spectrum(run.path("_sr.pha")).links)
    assert all(value in ("", "none") for value in links.values())
    assert "APPROX" not in fits.getheader(run.path("_sr.pha"), 1)
    assert "ARF" not in run.provenance.approximate
    run = products(observation, tmp_path / "2", phafile="NONE", bkglcfile="other.lc")
    assert not [name for name in run.files if name.endswith((".arf", ".rmf", "_sr.pha"))]
    assert "other.lc" in run.files


def test_without_region_files_circle_and_ring_are_put_on_the_target(
    observation: Path, tmp_path: Path, raw
) -> None:
    from nuwidgets.simulation.truth import Truth

    usual = {"srcregionfile": "DEFAULT", "bkgregionfile": "DEFAULT"}
    run = products(observation, tmp_path / "a", **usual, srcradius=30.0)
    data, header, _gti = raw
    x, y = Truth(seed=3, exposure_s=5000.0).plane.to_pixel(header["RA_OBJ"], header["DEC_OBJ"])
    away = np.hypot(data["X"] - 1 - x, data["Y"] - 1 - y)
    assert read_spectrum(run.path("_sr.pha")).total == np.count_nonzero(away <= 30)
    ring = (away > 50) & (away <= 80)
    assert read_spectrum(run.path("_bk.pha")).total == np.count_nonzero(ring)
    placed = products(observation, tmp_path / "b", **usual, srcra="18 40 00", srcdec="+35 00 00")
    degrees = products(observation, tmp_path / "c", **usual, srcra=280.0, srcdec=35.0)
    totals = [read_spectrum(r.path("_sr.pha")).total for r in (placed, degrees)]
    assert totals[0] == totals[1] > 0


def test_the_side_car_says_all(whole, observation: Path) -> None:
    said = json.loads(Path(whole.sidecar_path).read_text())
    assert (said["engine"], said["task"], said["exit_code"]) == ("embedded", "nuproducts", 0)
    assert said["subject"] == "99901110002 FPMA"
    assert said["parameters"]["pihigh"] == 1909
    assert said["parameters"]["rungrppha"] is True
    assert "pihigh" not in said["given"]
    assert [one["path"] for one in said["files"]] == list(whole.files)
    assert str(observation / "hk" / f"{STEM}A_fpm.hk") in said["inputs"]
    assert said["approximate"] == whole.provenance.approximate
    assert said["began_utc"].endswith("Z")


def test_without_housekeeping_the_mean_dead_time_stands(
    observation: Path, tmp_path: Path, raw
) -> None:
    shutil.copy(observation / "event_cl" / f"{PREFIX}_cl.evt", tmp_path)
    run = products(observation, tmp_path / "out", indir=tmp_path)
    assert "no housekeeping file near the events" in run.provenance.warnings[0]
    spectrum = read_spectrum(run.path("_sr.pha"))
    assert spectrum.exposure_s == pytest.approx(raw[1]["LIVETIME"], rel=1e-9)
    quiet = products(observation, tmp_path / "q", indir=tmp_path, hkfile="NONE")
    assert not quiet.provenance.warnings


def test_files_that_exist_are_kept_unless_clobbered(observation: Path, tmp_path: Path) -> None:
    kept = tmp_path / f"{PREFIX}_bk.lc"
    kept.write_text("mine")
    with pytest.raises(FileError, match=r"_bk\.lc' exists already\. Set clobber=yes"):
        products(observation, tmp_path)
    assert kept.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == [kept.name]
    assert products(observation, tmp_path, clobber=True).ok
    assert kept.read_bytes().startswith(b"SIMPLE")


@pytest.mark.parametrize("stage", ["reading events", "image", "spectra", "response",
                                   "light curve of the background"])  # fmt: skip
def test_a_run_that_is_stopped_leaves_nothing(
    observation: Path, tmp_path: Path, stage: str
) -> None:
    def hear(progress) -> None:
        if progress.stage == stage:
            token.cancel()

    token = Token(hear)
    with pytest.raises(CancelledError):
        products(observation, tmp_path / "out", token=token)
    assert not list(tmp_path.rglob("*.*"))


def test_a_run_that_fails_leaves_nothing(observation: Path, tmp_path: Path) -> None:
    far = tmp_path / "far.reg"
    far.write_text('fk5\ncircle(279.0,35.0,60.0")\n')
    out = tmp_path / "out"
    with pytest.raises(InputError, match="the source region covers no pixel"):
        products(observation, out, srcregionfile=far)
    assert not list(out.iterdir())


def test_a_place_that_is_taken_by_a_folder_is_said(observation: Path, tmp_path: Path) -> None:
    def hear(progress) -> None:
        if progress.stage == "spectra":
            late.mkdir()

    early, late = tmp_path / "1" / f"{PREFIX}_sk.img", tmp_path / "2" / f"{PREFIX}_sr.lc"
    early.mkdir(parents=True)
    with pytest.raises(FileError, match=r"_sk\.img' exists already"):
        products(observation, early.parent, clobber="yes")
    with pytest.raises(FileError, match=r"Cannot write .*_sr\.lc': .*Take away what is in"):
        products(observation, late.parent, token=Token(hear))


def test_parameters_are_checked_before_anything_is_done(observation: Path, tmp_path: Path) -> None:
    for wrong, words in {
        ("pillow", 3): "nuproducts has no parameter 'pillow'. Did you mean 'pilow'",
        ("instrument", "FPMC"): "one of FPMA, FPMB",
        ("srcradius", 500.0): "a number from 1 to 300",
        ("barycorr", "yes"): "barycorr='yes' here: the embedded engine knows only barycorr=False",
        ("psffile", "my.fits"): "the embedded engine knows only psffile='CALDB'",
        ("outdir", "{out}"): r"outdir='\{out\}': \{out\} stands for a folder",
        ("gradeexpr", "4-0"): "Cannot use the grades '4-0'",
        ("gradeexpr", "good"): "Cannot use the grades 'good'",
        ("pihigh", 20): "from pilow=35 to pihigh=20: the last is below",
        ("indir", ""): "'indir' is not set. Give the folder",
        ("indir", str(tmp_path)): f"there is no {PREFIX}_cl.evt",
        ("phafile", "/elsewhere/a.pha"): "phafile='/elsewhere/a.pha': it lies outside",
        ("binsize", "INDEF"): "'binsize' is 'INDEF' and must be a number",
        ("binsize", -1.0): "bins of -1.0 s",
    }.items():
        with pytest.raises(InputError, match=words):
            products(observation, tmp_path / "out", **dict([wrong]))
    assert not list((tmp_path / "out").rglob("*"))


def test_harmless_parameters_of_heasoft_are_passed_over(observation: Path, tmp_path: Path) -> None:
    run = products(
        observation, tmp_path, chatter=5, cleanup="no", psfflag="yes", runbackscale="no", apstopflag="yes", vignfile="CALDB",
        attfile="a_att.fits", imagefile="NONE", lcfile="NONE", phafile="NONE", bkgextract="no",
    )  # fmt: skip
    assert run.files == (f"{PREFIX}_src.reg",)
    assert "chatter" not in json.loads(Path(run.sidecar_path).read_text())["parameters"]


def test_a_folder_that_cannot_be_is_said(observation: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"Cannot write to the folder .*file/out"):
        products(observation, tmp_path / "file" / "out")


def test_a_place_on_the_sky_needs_sky_coordinates(tmp_path: Path, observation: Path) -> None:
    path = tmp_path / "plain.evt"
    with fits.open(observation / "event_cl" / f"{PREFIX}_cl.evt") as hdus:
        for n in range(1, len(hdus["EVENTS"].columns) + 1):
            hdus["EVENTS"].header.remove(f"TCTYP{n}", ignore_missing=True)
        hdus.writeto(path)
    with pytest.raises(InputError, match="Cannot place the src region: the events name no place"):
        run_task("nuproducts", infile=path, outdir=tmp_path / "out")
