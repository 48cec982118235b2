"""STAND-IN for xrtpipeline, xrtexpomap and xrtproducts: they check, and write files as named."""

from pathlib import Path

import numpy as np
from astropy.io import fits

from heasoftpy.parameters import XRTEXPOMAP, XRTPIPELINE, XRTPRODUCTS
from heasoftpy.result import HSPTaskException
from heasoftpy.tasks import curve, done, free, need, read_inputs, spectrum, start, write

RMF = "swxpc0to12s6_STAND-IN.rmf"
"""The real one's name depends on the date of the observation."""


def xrtpipeline(**given):
    """Calibrate and screen: give the event file of photon counting mode its documented name.

    Its ATTFLAG is what the unfiltered file, a plain text here, holds; 110 where it is empty.
    """
    required = ("indir", "outdir", "steminputs", "srcra", "srcdec")
    start("xrtpipeline", XRTPIPELINE, given, required)
    indir, outdir = Path(given["indir"]), Path(given["outdir"])
    found = list(indir.glob(f"xrt/event/{given['steminputs']}xpcw?po_uf.evt*"))
    if not found:
        raise HSPTaskException("xrtpipeline: no unfiltered event file")
    outdir.mkdir(parents=True, exist_ok=True)
    for path in found:
        name = path.name.partition("_uf")[0]
        free("xrtpipeline", outdir / f"{name}_cl.evt", given)
        events = fits.BinTableHDU(name="EVENTS")
        events.header["ATTFLAG"] = path.read_text(encoding="ascii") or "110"
        fits.HDUList([fits.PrimaryHDU(), events]).writeto(outdir / f"{name}_cl.evt", overwrite=True)
    return done("xrtpipeline", given)


def xrtexpomap(**given):
    """Write an exposure map."""
    start("xrtexpomap", XRTEXPOMAP, given, ("infile", "attfile", "hdfile", "outdir"))
    for name in ("infile", "attfile", "hdfile"):
        need("xrtexpomap", given[name])
    path = Path(given["outdir"]) / f"{given['stemout']}_ex.img"
    free("xrtexpomap", path, given)
    path.touch()
    return done("xrtexpomap", given)


def xrtproducts(**given):
    """Extract: write light curves and spectra, their links empty, and an ARF that names its RMF."""
    start("xrtproducts", XRTPRODUCTS, given, ("infile", "expofile"))
    need("xrtproducts", given["infile"])
    if given["expofile"] != "NONE":
        need("xrtproducts", given["expofile"])
    corrected = given.get("correctlc", True)
    for name in ("attfile", "hdfile") if corrected else ():
        need("xrtproducts", given[name])
    said = read_inputs("xrtproducts", given, ("regionfile", "bkgregionfile"), "gtifile")
    outdir, stem = Path(given["outdir"]), given["stemout"]
    parts = [("sr", "phafile", "lcfile"), ("bkg", "bkgphafile", "bkglcfile")]
    for part, pha, lc in parts[: 1 + given.get("bkgextract", False)]:
        if given.get(pha) != "NONE":
            hdu = spectrum("sr" if part == "sr" else "bk", {})
            write(outdir / f"{stem}{part}.pha", hdu, given)
        if given.get(lc) != "NONE":
            hdu = curve(given.get("binsize", 2.51), "sr" if part == "sr" else "bk")
            write(outdir / f"{stem}{part}.lc", hdu, given)
            if corrected and part == "sr":
                write(outdir / f"{stem}sr_corr.lc", hdu, given)
    if given.get("arffile") != "NONE":
        write(outdir / f"{stem}sr.arf", _arf(), given)
        if "rmffile" not in given:
            (outdir / RMF).touch()
    return done("xrtproducts", given, **said)


def _arf():
    columns = [fits.Column(n, "E", array=np.ones(3)) for n in ("ENERG_LO", "ENERG_HI", "SPECRESP")]
    hdu = fits.BinTableHDU.from_columns(columns, name="SPECRESP")
    hdu.header["RESPFILE"] = RMF
    return hdu
