"""STAND-IN for nupipeline, nuproducts and ftgrouppha: they check, and write files as named."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from standin_calls import record

from heasoftpy.parameters import FTGROUPPHA, NUPIPELINE, NUPRODUCTS, check
from heasoftpy.result import HSPResult, HSPTaskException
from nuwidgets.files.gti import read_gti
from nuwidgets.files.regions import read_regions

N_CHANNELS = 4096


def _start(task, known, given, required):
    check(task, known, given)
    for name in required:
        if name not in given:
            raise HSPTaskException(f"{task}: {name} is required and would be asked for")
    if given.get("noprompt") is not True:
        raise HSPTaskException(f"{task} would ask for all its parameters: say noprompt=True")
    if "allow_failure" not in given:
        raise HSPTaskException(f"{task}: HSPDeprecationWarning: say allow_failure")


def _done(task, given, **more):
    record(f"heasoftpy.{task}", **given, **more)
    return HSPResult(0, "Exit with success", None, dict(given))


def _need(task, path):
    if not Path(path).is_file():
        raise HSPTaskException(f"{task}: there is no file {str(path)!r}")


def _free(task, path, given):
    if Path(path).exists() and not given.get("clobber", False):
        raise HSPTaskException(f"{task}: {str(path)!r} exists and clobber=no")


def nupipeline(**given):
    """Calibrate and screen: give the event files their documented names."""
    _start("nupipeline", NUPIPELINE, given, ("indir", "steminputs", "outdir"))
    indir, outdir, stem = Path(given["indir"]), Path(given["outdir"]), given["steminputs"]
    if indir.resolve() == outdir.resolve():
        raise HSPTaskException("nupipeline: outdir is indir")
    modules = {"FPMA": "A", "FPMB": "B"}.get(given.get("instrument", "ALL"), "AB")
    for module in modules:
        found = list(indir.glob(f"event_uf/{stem}{module}_uf.evt*"))
        if len(found) != 1:
            raise HSPTaskException(f"nupipeline: {len(found)} unfiltered event files of {module}")
    outdir.mkdir(parents=True, exist_ok=True)
    for module in modules:
        ends = [f"{module}0{n}_cl.evt" for n in range(1, 7)] + [f"{module}_fpm.hk", f"{module}.mkf"]
        if given.get("runsplitsc", False):
            letter = given.get("splitmode", "NORMAL")[0]
            ends += [f"{module}06_chu{c}_{letter}_cl.evt" for c in (1, 2, 3, 12, 13, 23, 123)]
        for end in ends:
            _free("nupipeline", outdir / f"{stem}{end}", given)
            (outdir / f"{stem}{end}").touch()
    return _done("nupipeline", given)


def nuproducts(**given):
    """Extract: write light curves, spectra and responses with what is read back from them."""
    _start("nuproducts", NUPRODUCTS, given, ("indir", "instrument", "steminputs"))
    module = given["instrument"][-1]
    standard = Path(given["indir"]) / f"{given['steminputs']}{module}01_cl.evt"
    _need("nuproducts", given.get("infile", standard))
    if given.get("pilow", 35) > given.get("pihigh", 1909):
        raise HSPTaskException("nuproducts: pilow is above pihigh")
    regions = {"srcregionfile": given.get("srcregionfile")}
    if given.get("bkgextract", True):
        regions["bkgregionfile"] = given.get("bkgregionfile")
    said = {}
    for name, path in regions.items():
        if path:
            _need("nuproducts", path)
            said[f"{name}_shapes"] = [repr(shape) for shape in read_regions(path).shapes]
    if path := given.get("usrgtifile"):
        _need("nuproducts", path)
        said["usrgti_s"] = read_gti(path).intervals
    outdir = Path(given.get("outdir", "."))
    if not outdir.is_dir():
        raise HSPTaskException(f"nuproducts: there is no folder {str(outdir)!r}")
    stem = given.get("stemout", f"{given['steminputs']}{module}01")
    _write_products(outdir, stem, given)
    return _done("nuproducts", given, **said)


def _write_products(outdir, stem, given):
    background = given.get("bkgextract", True)
    parts = [("sr", "phafile", "lcfile"), ("bk", "bkgphafile", "bkglcfile")][: 1 + background]
    for part, spectrum, curve in parts:
        if given.get(spectrum) != "NONE":
            links = {
                "BACKFILE": f"{stem}_bk.pha" if background and part == "sr" else "none",
                "RESPFILE": f"{stem}_sr.rmf"
                if part == "sr" and given.get("runmkrmf", True)
                else "none",
                "ANCRFILE": f"{stem}_sr.arf"
                if part == "sr" and given.get("runmkarf", True)
                else "none",
            }
            _write(outdir / f"{stem}_{part}.pha", _spectrum(part, links), given)
        if given.get(curve) != "NONE":
            _write(outdir / f"{stem}_{part}.lc", _curve(given.get("binsize", 10.0), part), given)
    for flag, end in (("runmkarf", "arf"), ("runmkrmf", "rmf")):
        if given.get(flag, True):
            _free("nuproducts", outdir / f"{stem}_sr.{end}", given)
            (outdir / f"{stem}_sr.{end}").touch()
    if given.get("imagefile") != "NONE":
        (outdir / f"{stem}_sk.img").touch()


def _write(path, hdu, given):
    _free("nuproducts", path, given)
    hdu.writeto(path, overwrite=True)


def _spectrum(part, links):
    channel = np.arange(N_CHANNELS)
    columns = [("CHANNEL", "J", channel), ("COUNTS", "J", 2 + channel * 0)]
    hdu = fits.BinTableHDU.from_columns([fits.Column(n, f, array=a) for n, f, a in columns])
    hdu.name = "SPECTRUM"
    hdu.header["BACKSCAL"] = 0.01 if part == "sr" else 0.03
    hdu.header["EXPOSURE"] = 1000.0
    hdu.header.update(links)
    return hdu


def _curve(binsize, part):
    n = 20
    values = {
        "TIME": np.arange(n) * binsize,
        "RATE": np.full(n, 2.0 if part == "sr" else 0.3),
        "ERROR": np.full(n, 0.1),
        "FRACEXP": np.linspace(0.05, 1.0, n),
    }
    columns = [fits.Column(name, "D", array=array) for name, array in values.items()]
    hdu = fits.BinTableHDU.from_columns(columns)
    hdu.name = "RATE"
    return hdu


def ftgrouppha(**given):
    """Group: copy a spectrum, its keywords kept."""
    _start("ftgrouppha", FTGROUPPHA, given, ("infile", "outfile", "grouptype"))
    for name in ("infile", "backfile", "respfile"):
        if name in given:
            _need("ftgrouppha", given[name])
    kind = given["grouptype"]
    if kind not in ("opt", "file") and not given.get("groupscale", 0) > 0:
        raise HSPTaskException(f"ftgrouppha: {kind} needs groupscale")
    if kind.startswith("opt") and "respfile" not in given:
        raise HSPTaskException(f"ftgrouppha: {kind} needs respfile")
    if not Path(given["outfile"]).parent.is_dir():
        raise HSPTaskException("ftgrouppha: there is no folder for outfile")
    _free("ftgrouppha", given["outfile"], given)
    with fits.open(given["infile"]) as file:
        file.writeto(given["outfile"], overwrite=True)
    return _done("ftgrouppha", given)
