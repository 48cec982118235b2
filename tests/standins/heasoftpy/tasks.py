"""STAND-IN for nupipeline, nuproducts and ftgrouppha: they check, and write files as named."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from standin_calls import record

from heasoftpy.parameters import FTGROUPPHA, NUPIPELINE, NUPRODUCTS, OWN, check
from heasoftpy.result import HSPResult, HSPTaskException
from nuwidgets.files.gti import read_gti
from nuwidgets.files.regions import read_regions

N_CHANNELS = 4096


def start(task, known, given, required):
    check(task, known, given)
    for name in required:
        if name not in given:
            raise HSPTaskException(f"{task}: {name} is required and would be asked for")
    if given.get("noprompt") is not True:
        raise HSPTaskException(f"{task} would ask for all its parameters: say noprompt=True")
    if "allow_failure" not in given:
        raise HSPTaskException(f"{task}: HSPDeprecationWarning: say allow_failure")


def done(task, given, **more):
    record(f"heasoftpy.{task}", **given, **more)
    return HSPResult(0, "Exit with success", None, dict(given))


def need(task, path):
    if not Path(path).is_file():
        raise HSPTaskException(f"{task}: there is no file {str(path)!r}")


def free(task, path, given):
    if Path(path).exists() and not given.get("clobber", False):
        raise HSPTaskException(f"{task}: {str(path)!r} exists and clobber=no")


def nupipeline(**given):
    """Calibrate and screen: give the event files their documented names."""
    start("nupipeline", NUPIPELINE, given, ("indir", "steminputs", "outdir"))
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
            free("nupipeline", outdir / f"{stem}{end}", given)
            (outdir / f"{stem}{end}").touch()
    return done("nupipeline", given)


def nuproducts(**given):
    """Extract: write light curves, spectra and responses with what is read back from them."""
    start("nuproducts", NUPRODUCTS, given, ("indir", "instrument", "steminputs"))
    module = given["instrument"][-1]
    standard = Path(given["indir"]) / f"{given['steminputs']}{module}01_cl.evt"
    need("nuproducts", given.get("infile", standard))
    if given.get("pilow", 35) > given.get("pihigh", 1909):
        raise HSPTaskException("nuproducts: pilow is above pihigh")
    said = read_inputs("nuproducts", given, ("srcregionfile", "bkgregionfile"), "usrgtifile")
    outdir = Path(given.get("outdir", "."))
    stem = given.get("stemout", f"{given['steminputs']}{module}01")
    _write_products(outdir, stem, given)
    return done("nuproducts", given, **said)


def read_inputs(task, given, regions, times):
    """Give what is read back from region files and good times; refuse a folder that is not."""
    said = {}
    for name in regions if given.get("bkgextract", True) else regions[:1]:
        if path := given.get(name):
            need(task, path)
            said[f"{name}_shapes"] = [repr(shape) for shape in read_regions(path).shapes]
    if path := given.get(times):
        need(task, path)
        said["usrgti_s"] = read_gti(path).intervals
    outdir = Path(given.get("outdir", "."))
    if not outdir.is_dir():
        raise HSPTaskException(f"{task}: there is no folder {str(outdir)!r}")
    return said


def _write_products(outdir, stem, given):
    background = given.get("bkgextract", True)
    parts = [("sr", "phafile", "lcfile"), ("bk", "bkgphafile", "bkglcfile")][: 1 + background]
    for part, pha, lc in parts:
        if given.get(pha) != "NONE":
            links = {
                "BACKFILE": f"{stem}_bk.pha" if background and part == "sr" else "none",
                "RESPFILE": f"{stem}_sr.rmf"
                if part == "sr" and given.get("runmkrmf", True)
                else "none",
                "ANCRFILE": f"{stem}_sr.arf"
                if part == "sr" and given.get("runmkarf", True)
                else "none",
            }
            write(outdir / f"{stem}_{part}.pha", spectrum(part, links), given)
        if given.get(lc) != "NONE":
            write(outdir / f"{stem}_{part}.lc", curve(given.get("binsize", 10.0), part), given)
    for flag, end in (("runmkarf", "arf"), ("runmkrmf", "rmf")):
        if given.get(flag, True):
            free("nuproducts", outdir / f"{stem}_sr.{end}", given)
            (outdir / f"{stem}_sr.{end}").touch()
    if given.get("imagefile") != "NONE":
        (outdir / f"{stem}_sk.img").touch()


def write(path, hdu, given):
    free("nuproducts", path, given)
    hdu.writeto(path, overwrite=True)


def spectrum(part, links):
    channel = np.arange(N_CHANNELS)
    columns = [("CHANNEL", "J", channel), ("COUNTS", "J", 2 + channel * 0)]
    hdu = fits.BinTableHDU.from_columns([fits.Column(n, f, array=a) for n, f, a in columns])
    hdu.name = "SPECTRUM"
    hdu.header["BACKSCAL"] = 0.01 if part == "sr" else 0.03
    hdu.header["EXPOSURE"] = 1000.0
    hdu.header.update(links)
    return hdu


def curve(binsize, part):
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


def any_task(name):
    """Give a task that takes whatever it is told and makes nothing."""

    def task(args=None, **given):
        theirs = [n for n in given if n in (*OWN, "logfile") and f"py_{n}" not in given]
        theirs += [n for n in given if n.startswith("py_")]
        own = {n: given.pop(n) for n in theirs}
        prompts = own.get("py_noprompt", own.get("noprompt"))
        if prompts is not True or "allow_failure" not in own:
            raise HSPTaskException(f"{name}: say noprompt=True and allow_failure")
        return done(name, {**(args or {}), **given}, own=own)

    return task


def ftgrouppha(**given):
    """Group: copy a spectrum, its keywords kept."""
    start("ftgrouppha", FTGROUPPHA, given, ("infile", "outfile", "grouptype"))
    for name in ("infile", "backfile", "respfile"):
        if name in given:
            need("ftgrouppha", given[name])
    kind = given["grouptype"]
    if kind not in ("opt", "file") and not given.get("groupscale", 0) > 0:
        raise HSPTaskException(f"ftgrouppha: {kind} needs groupscale")
    if kind.startswith("opt") and "respfile" not in given:
        raise HSPTaskException(f"ftgrouppha: {kind} needs respfile")
    if not Path(given["outfile"]).parent.is_dir():
        raise HSPTaskException("ftgrouppha: there is no folder for outfile")
    free("ftgrouppha", given["outfile"], given)
    with fits.open(given["infile"]) as file:
        file.writeto(given["outfile"], overwrite=True)
    return done("ftgrouppha", given)
