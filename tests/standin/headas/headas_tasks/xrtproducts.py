"""Swift's products: spectrum, light curve, image, ARF; the RMF is copied beside them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks import extraction, swift_files
from headas_tasks.endings import begin_task, end_task, task_failed
from headas_tasks.faults import TaskError
from headas_tasks.nuexpomap import write_map
from headas_tasks.products import file_of, mark, saved, table
from headas_tasks.run import caldb_has

if TYPE_CHECKING:
    from headas_tasks.run import Run

begin, ended, failed = begin_task, end_task, task_failed
FILES = {
    "lc": ("lcfile", "sr.lc"), "pha": ("phafile", "sr.pha"), "bkglc": ("bkglcfile", "bkg.lc"),
    "bkgpha": ("bkgphafile", "bkg.pha"), "image": ("imagefile", "_sk.img"), "arf": ("arffile", "sr.arf"),
    "corrected": ("lccorrfile", "sr_corr.lc"), "factors": ("corrfile", "sr_corrfact.fits"),
    "raw": ("outinstrfile", "_srawinstr.img"),
}  # fmt: skip
FRAME_S = 2.51
"""Usual bin of photon counting mode."""


@dataclass
class Job:
    """What is extracted from which events into which files."""

    run: Run
    events: Any
    stem: str
    paths: dict[str, str]


def work(run: Run) -> None:
    run.need("infile")
    run.check_words("infile", "outdir", "regionfile", "bkgregionfile")
    values = run.values
    if values.yes("correctlc"):
        run.need("attfile", "hdfile")
    job = _job(run)
    at = extraction.position(run, values["ra"], values["dec"], job.events)
    region = _region(job, "regionfile", at)
    run.stage("image")
    run.launch("xselect", prefix="image", outfile=job.paths["image"] or "NONE")
    if job.paths["image"]:
        extraction.write_sky(
            run, job.paths["image"], job.events, int(values["pilow"]), int(values["pihigh"])
        )
        (run.out / f"{job.stem}_sk.gif").write_bytes(extraction.GIF)
    curve = _one(job, "source", region)
    if values.yes("bkgextract"):
        if not values.named("bkgregionfile", ""):
            raise TaskError("bkgextract=yes needs a bkgregionfile")
        _one(job, "background", _region(job, "bkgregionfile", at))
    inside = _enclosed(job, region, at)
    if job.paths["arf"]:
        _response(job, inside)
    if values.yes("correctlc") and curve is not None:
        _correct(job, curve, inside)


def _job(run: Run) -> Job:
    values = run.values
    infile = Path(values["infile"])
    gti = values.named("gtifile", "")
    events = extraction.screened(infile, "", gti)
    stem = values.named("stemout", infile.name.removesuffix(".gz").removesuffix("_cl.evt"))
    run.out.mkdir(parents=True, exist_ok=True)
    named = {key: values.named(name, f"{stem}{ending}") for key, (name, ending) in FILES.items()}
    paths = {key: str(run.out / path) if path else "" for key, path in named.items()}
    run.check_new(*paths.values())
    return Job(run, events, stem, paths)


def _region(job: Job, name: str, at: tuple[float, float]) -> Any:
    from nuwidgets.domain.pixel_shapes import PixelCircle

    values = job.run.values
    usual = PixelCircle(*at, values.number("radius"))
    return extraction.region_of(job.run, values.named(name, ""), job.events, usual)


def _one(job: Job, name: str, region: Any) -> Any:
    """Extract spectrum and light curve of a region; give the latter."""
    run, values = job.run, job.run.values
    run.stage(name)
    pha, lc = ("pha", "lc") if name == "source" else ("bkgpha", "bkglc")
    run.launch(
        "xselect", prefix=name, phafile=job.paths[pha] or "NONE", lcfile=job.paths[lc] or "NONE"
    )
    cut = extraction.cut(job.events, region)
    if job.paths[pha]:
        spectrum = extraction.counted(job.events, cut)
        extraction.write_spectrum(run, job.paths[pha], spectrum, job.events.plane)
    if not job.paths[lc]:
        return None
    band = extraction.band_of(job.events, int(values["pilow"]), int(values["pihigh"]))
    asked = values.number("binsize")
    curve = extraction.curve(job.events, cut, band, asked if asked > 0 else FRAME_S, live=False)
    extraction.write_curve(run, job.paths[lc], curve)
    return curve


def _enclosed(job: Job, region: Any, at: tuple[float, float]) -> float:
    from nuwidgets.engines.embedded.approximate import source_position
    from nuwidgets.engines.embedded.selection import index_of
    from nuwidgets.science.pixel_index import region_mask

    sky = index_of(job.events).sky
    mask = region_mask(region, sky)
    return swift_files.enclosed(mask, *source_position(region, sky), job.events.plane.pixel_arcsec)


def _response(job: Job, inside: float) -> None:
    """Write the ARF, and the RMF under the name it has in the CALDB."""
    from nuwidgets.files.arf import write_arf
    from nuwidgets.files.rmf import write_rmf

    run, values, pointing = job.run, job.run.values, job.events.pointing
    given = values["rmffile"]
    if given.upper() == "CALDB" and not caldb_has("swift/xrt"):
        run.say(f"{run.prefix} Error: Unable to get rmf file from CALDB")
        raise TaskError("Unable to get rmf file from CALDB")
    name = swift_files.rmf_name(pointing.date_obs) if given.upper() == "CALDB" else Path(given).name
    run.launch(
        "xrtmkarf", phafile=job.paths["pha"], outfile=job.paths["arf"], expofile=values["expofile"]
    )
    made = swift_files.response(name, inside if values.yes("psfflag") else 1.0)
    if given.upper() == "CALDB":
        write_rmf(run.out / name, made, pointing, overwrite=True)
        mark(run.out / name, run)
    else:
        shutil.copyfile(given, run.out / name)
    run.info(f"Copied '{name}' to '{run.out}'")
    write_arf(job.paths["arf"], made, pointing, overwrite=True)
    mark(job.paths["arf"], run, RESPFILE=name)


def _correct(job: Job, curve: Any, inside: float) -> None:
    """Write the light curve again, corrected for the photons outside the region."""
    run = job.run
    run.launch("xrtlccorr", lcfile=job.paths["lc"], outfile=job.paths["corrected"])
    factor = 1 / inside
    if job.paths["corrected"]:
        extraction.write_curve(run, job.paths["corrected"], curve, factor, NXRTCORR=True)
    if job.paths["factors"]:
        rows = [
            ("TIME", "D", "s", curve.time_s),
            ("FACTOR", "D", "", np.full(len(curve.time_s), factor)),
        ]
        saved(job.paths["factors"], file_of(table("LCCORRFACT", rows)))
        mark(job.paths["factors"], run)
    if job.paths["raw"]:
        header = swift_files.header_of(run.values["infile"])
        write_map(job.paths["raw"], np.ones((600, 600)), header, [0, 0])
        mark(job.paths["raw"], run)
