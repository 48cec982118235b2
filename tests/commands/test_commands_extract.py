import json

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.cli import main
from nuwidgets.commands.extract import BINS, stem_of
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import BINS as ALL_BINS
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.files.gti import write_gti
from nuwidgets.files.region_sets import write_region_set

EVENTS = "nustar_events/nu90410111001A06_cl_sunpos.evt"
HK = "nustar_events/nu90410111001A_fpm.hk"
SOURCE = "# Region file format: DS9\n{frame}\ncircle(1500,1600,400.5)\n-circle(1550,1600,60)\n"
BACKGROUND = "{frame}; annulus(1500,1600,450,700)\n"


@pytest.fixture(params=["image", "physical"])
def regions(request, tmp_path):
    source, background = tmp_path / "s.reg", tmp_path / "b.reg"
    source.write_text(SOURCE.format(frame=request.param))
    background.write_text(BACKGROUND.format(frame=request.param))
    return ["--source", str(source), "--background", str(background)]


@pytest.fixture
def real(shared_data):
    return shared_data / EVENTS


@pytest.fixture
def demo(tmp_path_factory):
    from nuwidgets.simulation import simulate

    return simulate(tmp_path_factory.mktemp("demo"), exposure_s=2000.0)


def extract(capsys, *words):
    assert main(["extract", *map(str, words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def masks(path):
    """Say which events lie in the regions above, with plain numpy on the file's own numbers."""
    with fits.open(path) as file:
        events = file["EVENTS"].data
        x, y, pi = (events[name].astype(float) for name in ("X", "Y", "PI"))
    good = (pi >= 0) & (pi < 4096)
    centre, hole = np.hypot(x - 1500, y - 1600), np.hypot(x - 1550, y - 1600)
    return (
        good & (centre <= 400.5) & (hole > 60),
        good & (centre >= 450) & (centre <= 700),
        pi.astype(int),
    )


@pytest.mark.filterwarnings("ignore:Invalid keyword for column")  # the file's own breakage
def test_counts_are_those_of_a_plain_mask(real, regions, tmp_path, capsys):
    data = extract(capsys, real, *regions, "--out", tmp_path / "out")
    source, background, pi = masks(real)
    assert data["source_counts"] == source.sum() > 0
    assert data["background_counts"] == background.sum() > 0
    y, x = np.mgrid[1:3001, 1:3001]
    inside = (np.hypot(x - 1500, y - 1600) <= 400.5) & (np.hypot(x - 1550, y - 1600) > 60)
    assert data["backscal_source"] == pytest.approx(inside.sum() / 3000**2, rel=1e-12)
    with fits.open(data["files"]["source_spectrum"]) as file:
        spectrum = file["SPECTRUM"]
        np.testing.assert_array_equal(
            spectrum.data["COUNTS"], np.bincount(pi[source], minlength=4096)
        )
        assert spectrum.header["EXPOSURE"] == pytest.approx(data["exposure_s"])
        assert spectrum.header["BACKFILE"] == "nu90410111001A06_bk.pha"
        assert spectrum.header["HDUCLAS2"] == "TOTAL"
    assert fits.getval(data["files"]["background_spectrum"], "HDUCLAS2", "SPECTRUM") == "BKG"
    with fits.open(data["files"]["image"]) as file:
        assert file[0].data.sum() == ((pi >= 35) & (pi < 1935)).sum()  # 3 to 79 keV


def test_the_live_time_of_housekeeping(real, regions, shared_data, tmp_path, capsys):
    words = [real, *regions, "--out", tmp_path / "out", "--hk", shared_data / HK, "--binsize", "10"]
    data = extract(capsys, *words)
    assert data["exposure_s"] == pytest.approx(70.0321909, abs=1e-6)  # ogip.md section 10
    with fits.open(data["files"]["source_lightcurve"]) as file:
        assert file["RATE"].header["TIMEDEL"] == 10


def test_everything_is_written_and_can_be_fitted(demo, tmp_path, capsys):
    cl = demo / "event_cl"
    words = ["--source", cl / "srcA.reg", "--background", cl / "bkgA.reg", "--out", tmp_path / "o"]
    data = extract(capsys, cl / "nu99901110002A01_cl.evt", *words, "--group", "min 20")
    names = {
        *("source_spectrum", "background_spectrum", "source_lightcurve", "background_lightcurve"),
        *("net_lightcurve", "image", "arf", "rmf", "source_region", "background_region"),
    }
    assert set(data["files"]) == names
    assert "approximate" in data["approximate"]
    assert (data["telescope"], data["instrument"]) == ("NuSTAR", "FPMA")
    pha = data["files"]["source_spectrum"]
    assert pha.endswith("nu99901110002A01_sr.pha")
    words = ["fit", pha, "--model", "tbabs*po", "--ignore", "**-3. 79.-**", "--freeze", "nH"]
    assert main([*words, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["n_bins"] > 20
    assert result["approximate"].startswith("approximate: for a first look")
    assert 1.0 < result["parameters"][1]["value"] < 3.0
    assert main(["fit", pha, "--model", "po", "--group", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_bins"] > 4000


def test_without_background_there_is_none(demo, tmp_path, capsys):
    cl = demo / "event_cl"
    words = [cl / "nu99901110002B01_cl.evt", "--source", cl / "srcB.reg", "--out", tmp_path]
    data = extract(capsys, *words)
    assert data["background_counts"] is None
    assert data["backscal_background"] is None
    assert not {n for n in data["files"] if "background" in n or "net" in n}
    assert main(["extract", *map(str, words), "--overwrite"]) == 0
    assert "source counts" in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["reg", "fits"])
def test_one_file_with_both_regions(demo, tmp_path, capsys, ending):
    cl, both = demo / "event_cl", tmp_path / f"all.{ending}"
    source, background = PixelCircle(500, 500, 40), PixelCircle(560, 440, 60)
    write_region_set(both, {"knot": source, "background": background, "source": source}, "physical")
    one = [cl / "nu99901110002A01_cl.evt", "--source", both, "--background", both]
    data = extract(capsys, *one, "--out", tmp_path / "one")
    with fits.open(one[0]) as file:
        x, y, pi = (file["EVENTS"].data[name].astype(float) for name in ("X", "Y", "PI"))
    good = (pi >= 0) & (pi < 4096)
    inside = {
        "source": np.hypot(x - 501, y - 501) <= 40,
        "background": np.hypot(x - 561, y - 441) <= 60,
    }
    for name, mask in inside.items():
        assert data[f"{name}_counts"] == np.count_nonzero(mask & good) > 0
        assert f"the {name} region is taken" in " ".join(data["warnings"])


def test_files_are_not_overwritten_unless_asked(demo, tmp_path, capsys):
    cl = demo / "event_cl"
    mine = tmp_path / "nu99901110002A01_sr.pha"
    mine.write_text("mine")
    words = [cl / "nu99901110002A01_cl.evt", "--source", cl / "srcA.reg", "--out", tmp_path]
    assert main(["extract", *map(str, words)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert mine.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]
    extract(capsys, *words, "--overwrite")
    assert mine.read_bytes().startswith(b"SIMPLE")


def test_user_gti_shorten_the_exposure(demo, tmp_path, capsys):
    cl = demo / "event_cl"
    events = cl / "nu99901110002A01_cl.evt"
    with fits.open(events) as file:
        start = float(file["GTI"].data["START"][0])
    columns = [
        fits.Column("START", "D", array=[start]),
        fits.Column("STOP", "D", array=[start + 100]),
    ]
    fits.BinTableHDU.from_columns(columns, name="GTI").writeto(tmp_path / "user.gti")
    words = [events, "--source", cl / "srcA.reg", "--out", tmp_path, "--gti", tmp_path / "user.gti"]
    data = extract(capsys, *words, "--lo-kev", "3", "--hi-kev", "20")
    assert 80 < data["exposure_s"] <= 100


def test_times_of_several_files_and_of_an_expression(demo, tmp_path, capsys):
    cl, hk = demo / "event_cl", demo / "hk" / "nu99901110002A_fpm.hk"
    events = cl / "nu99901110002A01_cl.evt"
    with fits.open(events) as file:
        start = float(file["GTI"].data["START"][0])
    for name, (lo, hi) in {"one": (0, 300), "two": (100, 900)}.items():
        write_gti(tmp_path / name, Gti(((start + lo, start + hi),)))
    words = [events, "--source", cl / "srcA.reg", "--out", tmp_path, "--bins", "gti"]
    words += ["--gti", tmp_path / "one", tmp_path / "two"]
    data = extract(capsys, *words)
    assert 150 < data["exposure_s"] <= 200
    with fits.open(data["files"]["source_lightcurve"]) as file:
        assert file["RATE"].data["TIMEDEL"].sum() == pytest.approx(200, abs=1)
    words += ["--overwrite", "--columns", hk, "--when"]
    with fits.open(hk) as file:
        time, live = (file["HK1FPM"].data[name] for name in ("TIME", "LIVETIME"))
    level = float(np.median(live[(time >= start + 100) & (time < start + 300)]))
    data = extract(capsys, *words, f"LIVETIME > {level!r}")
    assert 60 < data["exposure_s"] < 110
    assert main(["extract", *map(str, words), "LIVETIM > 1"]) == 2
    assert "Did you mean 'LIVETIME'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("fk5\ncircle(10,10,x)\n", 2, ""),
        ("image\ncircle(-9000,-9000,5)\n", 2, "covers no pixel"),
        ("image\ntext(1,2)\n", 1, "no usable source region"),
    ],
)
def test_regions_that_cannot_be_used(demo, tmp_path, capsys, text, code, says):
    region = tmp_path / "r.reg"
    region.write_text(text)
    words = [demo / "event_cl" / "nu99901110002A01_cl.evt", "--source", region, "--out", tmp_path]
    assert main(["extract", *map(str, words)]) == code
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--binsize", "0"], ["--lo-kev", "9", "--hi-kev", "3"], ["--group", "min"]]
)
def test_bad_values_are_code_2(demo, tmp_path, capsys, words):
    cl = demo / "event_cl"
    base = [cl / "nu99901110002A01_cl.evt", "--source", cl / "srcA.reg", "--out", tmp_path / "o"]
    assert main(["extract", *map(str, base), *words]) == 2
    assert capsys.readouterr().err.startswith("nuwidgets extract: ")
    assert not (tmp_path / "o").exists()


def test_missing_files_are_code_1(tmp_path, capsys):
    words = ["extract", "no.evt", "--source", "no.reg", "--out", str(tmp_path)]
    assert main(words) == 1
    assert "no." in capsys.readouterr().err


def test_names_follow_nuproducts():
    assert stem_of("/a/nu60001110002A01_cl.evt.gz") == "nu60001110002A01"
    assert stem_of("nu90410111001A06_cl_sunpos.evt") == "nu90410111001A06"
    assert stem_of("mine_cl.evt") == "mine"


def test_all_ways_to_bin_are_offered():
    assert BINS == ALL_BINS
