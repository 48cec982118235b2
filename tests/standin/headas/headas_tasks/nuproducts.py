"""NuSTAR's products: spectra, light curves, image, ARF, RMF of a source and its background."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks import extraction, nuexpomap
from headas_tasks.endings import begin_task, end_task, task_failed
from headas_tasks.faults import TaskError
from headas_tasks.products import mark, one_of
from headas_tasks.run import caldb_has

if TYPE_CHECKING:
    from headas_tasks.run import Run

begin, ended, failed = begin_task, end_task, task_failed
FILES = {
    "lc": ("lcfile", "_sr.lc"), "pha": ("phafile", "_sr.pha"), "bkglc": ("bkglcfile", "_bk.lc"),
    "bkgpha": ("bkgphafile", "_bk.pha"), "image": ("imagefile", "_sk.img"),
    "arf": ("outarffile", "_sr.arf"), "rmf": ("outrmffile", "_sr.rmf"), "grp": ("grpphafile", "_sr_grp.pha"),
}  # fmt: skip


@dataclass
class Job:
    """What is extracted from which events into which files."""

    run: Run
    infile: Path
    det1: Path | None
    events: Any
    stem: str
    paths: dict[str, str]

    def out(self, ending: str) -> str:
        return str(self.run.out / f"{self.stem}{ending}")


def work(run: Run) -> None:
    run.need("indir", "instrument", "steminputs")
    run.check_words("indir", "outdir", "srcregionfile", "bkgregionfile")
    job = _job(run)
    values = run.values
    if values.yes("barycorr"):
        run.launch("barycorr", infile=job.infile, clockfile=values["clockfile"])
    run.launch("nulivetime", evfile=job.infile, hkfile="DEFAULT", outfile="NONE")
    region = _region(job, "source")
    run.stage("image")
    run.launch("xselect", prefix="image", outfile=job.paths["image"] or "NONE")
    if job.paths["image"]:
        extraction.write_sky(
            run, job.paths["image"], job.events, int(values["pilow"]), int(values["pihigh"])
        )
        Path(job.out("_im.gif")).write_bytes(extraction.GIF)
    _one(job, "source", region)
    links = {}
    if values.yes("bkgextract"):
        _one(job, "background", _region(job, "background"))
        links["BACKFILE"] = Path(job.paths["bkgpha"]).name
    _finish(job, region, links)


def _job(run: Run) -> Job:
    values = run.values
    module = values["instrument"].upper()[-1]
    indir, stem = Path(values["indir"]), values["steminputs"]
    named = values.named("infile", "")
    infile = Path(named) if named else one_of(run, indir, f"{stem}{module}01_cl.evt")
    hk = (
        values.named("hkfile", "")
        or one_of(run, indir, f"{stem}{module}_fpm.hk", needed=False)
        or ""
    )
    det1 = values.named("det1reffile", "") or one_of(
        run, indir, f"{stem}{module}_det1.fits", needed=False
    )
    gti = values.named("usrgtifile", "NONE")
    events = extraction.screened(infile, hk, "" if gti == "NONE" else gti)
    products = values.named("stemout", infile.name.removesuffix(".gz").removesuffix("_cl.evt"))
    run.out.mkdir(parents=True, exist_ok=True)
    paths = {
        key: values.named(name, f"{products}{ending}") for key, (name, ending) in FILES.items()
    }
    paths = {key: str(run.out / path) if path else "" for key, path in paths.items()}
    run.check_new(*paths.values())
    return Job(run, infile, Path(det1) if det1 else None, events, products, paths)


def _region(job: Job, name: str) -> Any:
    """Give the region and write it beside the products."""
    from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle

    values, source = job.run.values, name == "source"
    short = "src" if source else "bkg"
    at = extraction.position(job.run, values[f"{short}ra"], values[f"{short}dec"], job.events)
    if source:
        usual: Any = PixelCircle(*at, values.number("srcradius"))
    else:
        usual = PixelAnnulus(*at, values.number("bkgradius1"), values.number("bkgradius2"))
    region = extraction.region_of(
        job.run, values.named(f"{short}regionfile", ""), job.events, usual
    )
    extraction.write_region(job.out(f"_{short}.reg"), region, job.events)
    return region


def _one(job: Job, name: str, region: Any) -> None:
    """Extract spectrum and light curve of a region."""
    run, values = job.run, job.run.values
    run.stage(name)
    cut = extraction.cut(job.events, region)
    pha, lc = ("pha", "lc") if name == "source" else ("bkgpha", "bkglc")
    run.launch(
        "xselect", prefix=name, phafile=job.paths[pha] or "NONE", lcfile=job.paths[lc] or "NONE"
    )
    spectrum, words = extraction.counted(job.events, cut), {}
    if values.yes("runbackscale"):
        run.launch("nubackscale", srcphafile=job.paths[pha])
        factor = _seen(job, region)
        spectrum = replace(spectrum, backscal=spectrum.backscal * factor)
        words = {"NUBACKSC": True}
    if job.paths[pha]:
        extraction.write_spectrum(run, job.paths[pha], spectrum, job.events.plane, **words)
    if not job.paths[lc]:
        return
    band = extraction.band_of(job.events, int(values["pilow"]), int(values["pihigh"]))
    live = values.yes("correctlc")
    curve = extraction.curve(job.events, cut, band, values.number("binsize"), live=live)
    factor, words = 1.0, {}
    if live:
        run.launch("nulccorr", lcfile=job.paths[lc], energy=values["lcenergy"])
        factor = 1 / _enclosed(job, region) if name == "source" and values.yes("lcpsfflag") else 1.0
        words = {"NULCCO": True, "VIGNAPP": values.yes("lcvignflag")}
    extraction.write_curve(run, job.paths[lc], curve, factor, **words)
    if name == "source":
        run.launch("lcurve", infile=job.paths[lc])
        extraction.write_plotted(run, job.out(".flc"), curve, factor)
        Path(job.out("_lc.gif")).write_bytes(extraction.GIF)


def _seen(job: Job, region: Any) -> float:
    """Give the mean exposure of a region over the exposure: nubackscale's factor."""
    from nuwidgets.engines.embedded.selection import index_of
    from nuwidgets.science.pixel_index import region_mask

    if job.det1 is None:
        raise TaskError("the DET1 reference file is missing: nubackscale cannot run")
    seconds, header = nuexpomap.exposure(
        str(job.infile), str(job.det1), job.run.values.number("pixbin")
    )
    mask = region_mask(region, index_of(job.events).sky)
    rows, columns = np.nonzero(mask.inside)
    mean = float(seconds[rows + mask.frame.y, columns + mask.frame.x].mean())
    return mean / header["EXPOSURE"]


def _enclosed(job: Job, region: Any) -> float:
    from nuwidgets.engines.embedded.approximate import source_position
    from nuwidgets.engines.embedded.selection import index_of
    from nuwidgets.science.pixel_index import region_mask
    from nuwidgets.science.psf import enclosed_in_mask

    sky = index_of(job.events).sky
    return enclosed_in_mask(
        region_mask(region, sky), *source_position(region, sky), job.events.plane.pixel_arcsec
    )


def _finish(job: Job, region: Any, links: dict[str, str]) -> None:
    """Make ARF and RMF, link them to the spectrum, group it."""
    from nuwidgets.engines.embedded.approximate import approximate_response
    from nuwidgets.engines.embedded.selection import index_of
    from nuwidgets.files.arf import write_arf
    from nuwidgets.files.rmf import write_rmf

    run, values, pointing = job.run, job.run.values, job.events.pointing
    response = approximate_response(region, index_of(job.events).sky, job.events)
    made = (
        ("runmkarf", "numkarf", "arf", "ANCRFILE", write_arf),
        ("runmkrmf", "numkrmf", "rmf", "RESPFILE", write_rmf),
    )
    for flag, task, key, keyword, write in made:
        if not values.yes(flag) or not job.paths[key]:
            continue
        if not caldb_has("nustar/fpm"):
            run.say(f"{run.prefix} Error: Unable to get {keyword.lower()} input from CALDB")
            raise TaskError("Unable to get calibration file from CALDB")
        run.launch(task, infile=job.paths["pha"], outfile=job.paths[key])
        write(job.paths[key], response, pointing, overwrite=True)
        mark(job.paths[key], run)
        links[keyword] = Path(job.paths[key]).name
    if job.paths["pha"]:
        run.launch("xspec", infile=job.paths["pha"])
        Path(job.out("_ph.gif")).write_bytes(extraction.GIF)
        _link(job, links)


def _link(job: Job, links: dict[str, str]) -> None:
    """Write the names of what belongs to the spectrum into its header; group it if asked."""
    from astropy.io import fits

    run, values = job.run, job.run.values
    with fits.open(job.paths["pha"], mode="update") as hdus:
        hdus["SPECTRUM"].header.update(links)
    if values.yes("rungrppha"):
        run.launch("grppha", infile=job.paths["pha"], outfile=job.paths["grp"])
        _group(job)


def _group(job: Job) -> None:
    """Group by least counts; channels outside the good ones are bad."""
    from headas_tasks.ftgrouppha import least, write_grouped

    values = job.run.values
    first, last = int(values["grppibadlow"]), int(values["grppibadhigh"])
    write_grouped(
        job.run, job.paths["pha"], job.paths["grp"],
        lambda counts: least(counts, counts, values.number("grpmincounts"), first, last), (first, last),
    )  # fmt: skip
