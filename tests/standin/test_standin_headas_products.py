"""What the stand-in tasks make is honest: real counts, in files that nuwidgets' readers take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from headas_runs import Shell
from headas_standin import make_headas, make_nustar_observation, make_swift_observation

from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.grouped import grouped
from nuwidgets.files.lightcurve import read_lightcurve
from nuwidgets.files.spectrum_set import load_spectrum

if TYPE_CHECKING:
    from pathlib import Path

OBS = "99601110002"
STEM = f"nu{OBS}A01"
SWIFT = "00032043001"
SOURCE, RING = 'circle({ra},{dec},150")', 'annulus({ra},{dec},180",300")'


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    return Shell(make_headas(tmp_path_factory.mktemp("headas")))


@pytest.fixture(scope="module")
def home(shell, tmp_path_factory) -> Path:
    """Folder with ``out`` of nupipeline and ``products`` of nuproducts."""
    home = tmp_path_factory.mktemp("nustar")
    observed = make_nustar_observation(home, OBS)
    words = f"indir={observed}", f"steminputs=nu{OBS}", f"outdir={home / 'out'}", "instrument=FPMA"
    code, text = shell.run("nupipeline", *words, "obsmode=SCIENCE")
    assert code == 0, text
    header = hdus_of(home / "out" / f"{STEM}_cl.evt")[1].header
    for name, shape in (("src", SOURCE), ("bkg", RING)):
        drawn = shape.format(ra=header["RA_OBJ"], dec=header["DEC_OBJ"])
        (home / f"{name}.reg").write_text(f'fk5\n{drawn}\n-circle(1.0,2.0,3")\n')
    code, text = products(shell, home, home / "products", "rungrppha=yes")
    assert code == 0, text
    return home


def products(shell: Shell, home: Path, out: Path, *words: str) -> tuple[int, str]:
    return shell.run(
        "nuproducts", f"indir={home / 'out'}", "instrument=FPMA", f"steminputs=nu{OBS}", f"outdir={out}",
        f"srcregionfile={home / 'src.reg'}", f"bkgregionfile={home / 'bkg.reg'}", "binsize=256", *words,
    )  # fmt: skip


def hdus_of(path: Path):
    from astropy.io import fits

    with fits.open(path, memmap=False) as hdus:
        return [hdu for hdu in hdus if hdu.data is not None or hdu.header]  # data are read here


def table_of(path: Path, number: int = 1):
    return hdus_of(path)[number]


def test_products_have_the_documented_names(home):
    endings = ["_sr.pha", "_bk.pha", "_sr.lc", "_bk.lc", "_sr.arf", "_sr.rmf", "_sk.img", ".flc", "_src.reg", "_bkg.reg", "_sr_grp.pha", "_im.gif", "_ph.gif", "_lc.gif"]  # fmt: skip
    assert {path.name for path in (home / "products").iterdir()} == {STEM + end for end in endings}


def test_spectra_count_the_events_of_their_region(home):
    events = table_of(home / "out" / f"{STEM}_cl.evt")
    place = table_of(home / "products" / f"{STEM}_sr.pha", 3).data
    middle = float(place["X"][0][0]), float(place["Y"][0][0])
    r = np.hypot(events.data["X"] - middle[0], events.data["Y"] - middle[1])
    inside = (r <= float(place["R"][0][0])) & (events.data["PI"] >= 0)
    table = table_of(home / "products" / f"{STEM}_sr.pha")
    wanted = np.bincount(events.data["PI"][inside], minlength=4096)
    assert (table.data["COUNTS"] == wanted).all()
    assert wanted.sum() > 1000
    assert table.header["EXPOSURE"] == pytest.approx(events.header["EXPOSURE"], rel=1e-9)
    assert (table.header["GROUPING"], table.header["QUALITY"]) == (0, 0)


def test_links_are_names_without_folders_and_backscal_follows_the_exposure(home):
    table = table_of(home / "products" / f"{STEM}_sr.pha")
    links = [table.header[key] for key in ("BACKFILE", "ANCRFILE", "RESPFILE")]
    assert links == [f"{STEM}{end}" for end in ("_bk.pha", "_sr.arf", "_sr.rmf")]
    other = table_of(home / "products" / f"{STEM}_bk.pha").header
    assert (other["ANCRFILE"], other["NUBACKSC"], table.header["NUBACKSC"]) == ("none", True, True)
    for hdus in (hdus_of(home / "products" / f"{STEM}{end}") for end in ("_sr.pha", "_bk.pha")):
        factor = hdus[1].header["BACKSCAL"] * 1e6 / hdus[0].header["NPIXSOU"]
        assert 0.6 < factor < 1.0


def test_readers_take_the_products_as_they_are(home):
    spectrum = load_spectrum(FileSpectrumRequest(str(home / "products" / f"{STEM}_sr.pha")))
    assert spectrum.response is not None
    assert spectrum.background is not None
    curve = read_lightcurve(home / "products" / f"{STEM}_sr.lc")
    plotted = read_lightcurve(home / "products" / f"{STEM}.flc")
    assert curve.binsize_s == plotted.binsize_s == 256.0
    assert plotted.time_s == pytest.approx(curve.time_s, abs=1e-3)
    assert plotted.rate_per_s == pytest.approx(curve.rate_per_s, rel=1e-6, nan_ok=True)


def test_light_curves_are_corrected_and_keep_what_was_counted(home):
    events = table_of(home / "out" / f"{STEM}_cl.evt").data
    table = table_of(home / "products" / f"{STEM}_sr.lc")
    assert (table.header["DEADAPP"], table.header["NULCCO"]) == (True, True)
    assert {"FRACEXP", "RATE_ORIG", "ERROR_ORIG"} < set(table.columns.names)
    assert (table.data["FRACEXP"] > 0).all()
    assert (table.data["RATE"] > 1.03 * table.data["RATE_ORIG"]).all()
    counted = (table.data["RATE_ORIG"] * table.data["FRACEXP"] * 256).sum()
    spectrum = table_of(home / "products" / f"{STEM}_sr.pha").data["COUNTS"]
    assert counted == pytest.approx(spectrum[35:1910].sum(), rel=1e-4)
    assert counted < len(events)


def test_parts_can_be_left_out(shell, home, tmp_path):
    code, text = products(shell, home, tmp_path, "runmkarf=no", "runmkrmf=no", "imagefile=NONE", "bkgextract=no", "runbackscale=no", "correctlc=no")  # fmt: skip
    assert code == 0, text
    assert {p.suffix for p in tmp_path.iterdir()} == {".pha", ".lc", ".flc", ".reg", ".gif"}
    header = table_of(tmp_path / f"{STEM}_sr.pha").header
    assert (header["ANCRFILE"], header["RESPFILE"], header["BACKFILE"]) == ("none", "none", "none")
    assert "NUBACKSC" not in header
    assert table_of(tmp_path / f"{STEM}_sr.lc").header["DEADAPP"] is False


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("srcregionfile=nothing.reg", "cannot read region file 'nothing.reg'"),
        ("usrgtifile=nothing.gti", "nothing.gti"),
        ("srcradius=301", "outside the range 1 to 300"),
        ("indir=/nowhere", "there is no nu99601110002A01_cl.evt"),
    ],
)
def test_what_nuproducts_refuses(shell, home, tmp_path, words, says):
    code, text = products(shell, home, tmp_path, words)
    assert code == 1
    assert says in text


def test_the_exposure_map_is_the_exposure_where_the_field_is_seen(shell, home, tmp_path):
    out = home / "out"
    words = (
        f"infile={out / f'{STEM}_cl.evt'}",
        f"det1reffile={out / f'nu{OBS}A_det1.fits'}",
        "attfile=-",
        "mastaspectfile=-",
    )
    maps = []
    for flag in ("no", "yes"):
        code, text = shell.run(
            "nuexpomap", *words, f"expomapfile={tmp_path / flag}", f"vignflag={flag}"
        )
        assert code == 0, text
        maps.append(table_of(tmp_path / flag, 0))
    plain, dimmed = maps
    exposure = table_of(out / f"{STEM}_cl.evt").header["EXPOSURE"]
    assert plain.data.max() == pytest.approx(exposure, rel=1e-5)
    seen = plain.data > 0.99 * exposure
    assert 320**2 * 0.7 < seen.sum() < 335**2
    assert (dimmed.data <= plain.data).all()
    assert (plain.header["VIGNAPP"], dimmed.header["VIGNAPP"], dimmed.header["VIGNEN"]) == (
        False,
        True,
        10.0,
    )
    part = tmp_path / "part"
    assert (
        shell.run("nuexpomap", *words, f"expomapfile={part}", "skysize=100", "vignflag=no")[0] == 0
    )
    cut = table_of(part, 0)
    assert (cut.data == plain.data[450:550, 450:550]).all()
    assert cut.header["CRPIX1"] == plain.header["CRPIX1"] - 450


@pytest.fixture(scope="module")
def groups(shell, home, tmp_path_factory):
    """Give a function: GROUPING of the source spectrum for some words of ftgrouppha."""
    folder = tmp_path_factory.mktemp("groups")
    spectrum = home / "products" / f"{STEM}_sr.pha"

    def group(kind: str, scale: float = 1, *words: str):
        path = folder / f"{kind}-{scale}.pha"
        back = f"backfile={spectrum.with_name(f'{STEM}_bk.pha')}"
        given = f"infile={spectrum}", f"outfile={path}", f"grouptype={kind}", f"groupscale={scale}"
        code, text = shell.run("ftgrouppha", *given, back, "clobber=yes", *words)
        assert code == 0, text
        return np.array(table_of(path).data["GROUPING"])

    return group


def bins(grouping, values):
    return np.add.reduceat(values, np.flatnonzero(grouping == 1))


def test_every_type_of_grouping_does_what_it_says(home, groups):
    spectrum = load_spectrum(FileSpectrumRequest(str(home / "products" / f"{STEM}_sr.pha")))
    counts, back = spectrum.counts, spectrum.background.counts
    ratio = spectrum.background_ratio
    net, variance = counts - ratio * back, counts + ratio**2 * back
    assert set(bins(groups("constant", 16), np.ones(4096))) == {16}
    assert (bins(groups("min", 20), counts)[:-1] >= 20).all()
    assert (bins(groups("bmin", 5), back)[:-1] >= 5).all()
    s = groups("snmin", 5)
    assert (bins(s, net)[:-1] >= 5 * np.sqrt(bins(s, variance)[:-1]) * (1 - 1e-9)).all()
    assert (bins(groups("optmin", 20), counts)[:-1] >= 20).all()
    narrow, wide = groups("opt"), groups("optmin", 20)
    assert (narrow == 1).sum() > (wide == 1).sum() > 10
    assert (
        groups("file", 1, f"templatefile={home / 'products' / f'{STEM}_sr_grp.pha'}")
        == table_of(home / "products" / f"{STEM}_sr_grp.pha").data["GROUPING"]
    ).all()
    part = groups("min", 20, "minchannel=35", "maxchannel=1909")
    assert (part[:35] == 1).all()
    assert (part[1910:] == 1).all()


@pytest.mark.parametrize("how", ["optsnmin 6", "constant 16"])
def test_the_walk_over_channels_agrees_with_the_embedded_grouping(home, groups, how):
    spectrum = load_spectrum(FileSpectrumRequest(str(home / "products" / f"{STEM}_sr.pha")))
    kind, scale = how.split()
    assert (groups(kind, float(scale)) == grouped(spectrum, Grouping.parse(how)).grouping).all()


def test_grouping_says_what_it_lacks(shell, home, tmp_path):
    spectrum = home / "products" / f"{STEM}_bk.pha"
    given = f"infile={spectrum}", f"outfile={tmp_path / 'x.pha'}"
    for kind, says in (("opt", "response is needed"), ("bmin", "background is needed"), ("file", "needs a templatefile"), ("other", "is not one of")):  # fmt: skip
        code, text = shell.run("ftgrouppha", *given, f"grouptype={kind}", "groupscale=1")
        assert (code, says in text) == (1, True), text


@pytest.fixture(scope="module")
def swift(tmp_path_factory):
    return make_swift_observation(tmp_path_factory.mktemp("swift"), SWIFT, 2011)


def xrtpipeline(shell: Shell, observed: Path, out: Path, *words: str) -> tuple[int, str]:
    usual = (
        f"indir={observed}",
        f"outdir={out}",
        f"steminputs=sw{observed.name}",
        "srcra=OBJECT",
        "srcdec=OBJECT",
    )
    return shell.run("xrtpipeline", *usual, *words)


def test_swift_pipeline_screens_and_speaks_as_documented(shell, swift, tmp_path):
    code, text = xrtpipeline(shell, swift, tmp_path, "exitstage=2")
    assert code == 0, text
    stem = f"sw{SWIFT}xpcw3po"
    made = table_of(tmp_path / f"{stem}_cl.evt")
    kept = table_of(swift / "xrt" / "event" / f"{stem}_cl.evt.gz")
    assert len(made.data) == len(kept.data) == 2500
    assert made.header["ATTFILE"] == f"sw{SWIFT}pat.fits.gz"
    for words in ("Running SWIFT XRT pipeline", f"Stage I: Calibrating {stem}_uf.evt", f"{stem}_uf.evt calibrated",
                  "'xrthotpix' exit with success.", f"Stage II: Screening {stem}_uf.evt", f"{stem}_uf.evt Screened",
                  "pc: .... Stage  II: Created Filtered Level 2 Event File", "Exit with no errors - "):  # fmt: skip
        assert words in text
    assert not list(tmp_path.glob("*sr.pha"))


def test_swift_tasks_break_on_the_parameter_mode(shell, swift, tmp_path):
    code, text = xrtpipeline(shell, swift, tmp_path, "mode=ql")
    assert (code, "unknown parameter 'mode'" in text) == (1, True)


def test_swift_pipeline_refuses_the_uvot_attitude_and_two_sets_of_elements(shell, swift, tmp_path):
    code, text = xrtpipeline(
        shell, swift, tmp_path / "a", f"attfile={swift}/auxil/sw{SWIFT}uat.fits.gz"
    )
    assert (code, "not allowed: use sat or pat" in text) == (1, True)
    other = make_swift_observation(tmp_path, "00032043002", attflag="111")
    assert (other / "auxil" / "sw00032043002uat.fits.gz").is_file()
    (other / "auxil" / "SWIFT_TLE_ARCHIVE.txt.1.2").write_text("x")
    code, text = xrtpipeline(shell, other, tmp_path / "b")
    assert (code, "exactly one SWIFT_TLE_ARCHIVE.txt.* is needed" in text) == (1, True)


@pytest.mark.parametrize(("year", "flag", "attitude"), [(2011, "110", "pat"), (2018, "100", "sat")])
def test_the_name_of_swifts_response_must_be_discovered(shell, tmp_path, year, flag, attitude):
    observed = make_swift_observation(tmp_path, "00032043009", year, flag)
    code, text = xrtpipeline(shell, observed, tmp_path / "out")
    assert code == 0, text
    stem = "sw00032043009xpcw3po"
    out = tmp_path / "out"
    assert table_of(out / f"{stem}_cl.evt").header["ATTFILE"] == f"sw00032043009{attitude}.fits.gz"
    name = {2011: "swxpc0to12s6_20110101v014.rmf", 2018: "swxpc0to12s6_20130101v014.rmf"}[year]
    assert [path.name for path in out.glob("*.rmf")] == [name]
    assert table_of(out / f"{stem}sr.pha").header["RESPFILE"] == "none"
    assert table_of(out / f"{stem}sr.arf").header["RESPFILE"] == name
    assert f"Copied '{name}'" in text
    spectrum = load_spectrum(FileSpectrumRequest(str(out / f"{stem}sr.pha"), rmf_path=str(out / name), arf_path=str(out / f"{stem}sr.arf")))  # fmt: skip
    assert spectrum.response.matrix.shape == (1024, 2400)
    assert 900 < spectrum.total < 1100
    plain, corrected = (read_lightcurve(out / f"{stem}{end}") for end in ("sr.lc", "sr_corr.lc"))
    assert np.nanmean(corrected.rate_per_s) > 1.05 * np.nanmean(plain.rate_per_s)
    seconds = table_of(out / f"{stem}_ex.img", 0).data
    assert seconds.max() == 3000
    assert (seconds[:100] == 0).all()


def test_swift_products_ask_for_what_a_correction_needs(shell, swift, tmp_path):
    events = f"infile={swift}/xrt/event/sw{SWIFT}xpcw3po_cl.evt.gz"
    code, text = shell.run("xrtproducts", events, "expofile=NONE", f"outdir={tmp_path}")
    assert (code, "attfile is required" in text) == (1, True)
    code, text = shell.run(
        "xrtproducts", events, "expofile=NONE", f"outdir={tmp_path}", "correctlc=no"
    )
    assert code == 0, text
