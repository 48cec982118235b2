"""NuSTAR's pipeline: calibrate, screen, products; the events are those of the archive, screened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from headas_tasks import nustar_calibrated, nustar_screened
from headas_tasks.endings import begin_pipeline, end_pipeline, pipeline_failed
from headas_tasks.faults import TaskError
from headas_tasks.products import one_of
from headas_tasks.run import caldb_has

if TYPE_CHECKING:
    from headas_tasks.run import Run

MODULES = {"FPMA": "A", "FPMB": "B", "ALL": "AB"}
MODES = {
    "SCIENCE": "01", "OCCULTATION": "02", "SLEW": "03", "SAA": "04", "CALIBRATION": "05",
    "SCIENCE_SC": "06",
}  # fmt: skip
THROUGH = (
    "srcregionfile", "srcra", "srcdec", "srcradius", "bkgextract", "bkgregionfile", "bkgra", "bkgdec",
    "bkgradius1", "bkgradius2", "imagefile", "lcfile", "phafile", "bkglcfile", "bkgphafile", "pilow",
    "pihigh", "correctlc", "runmkarf", "runmkrmf", "runbackscale", "clobber",
)  # fmt: skip
"""Parameters that stage 3 hands on to nuproducts."""
_LINES: list[str] = []


def begin(run: Run) -> None:
    begin_pipeline(run, "NuSTAR")


def ended(run: Run) -> None:
    end_pipeline(run, "NuSTAR", _LINES)


failed = pipeline_failed


def work(run: Run) -> None:
    run.need("indir", "steminputs", "outdir")
    run.check_words("indir", "outdir")
    values = run.values
    indir, out, stem = Path(values["indir"]), run.out, values["steminputs"]
    if indir.resolve() == out.resolve():
        raise TaskError("outdir must not be indir: give another folder")
    if not indir.is_dir():
        raise TaskError(f"the input directory '{indir}' does not exist")
    modules = MODULES[values["instrument"].upper()]
    first, last = int(values["entrystage"]), int(values["exitstage"])
    if not caldb_has("nustar/fpm"):
        run.say(
            f"{run.prefix} Error: Unable to get alignment file from CALDB: CALDB is not set or has no index"
        )
        raise TaskError("Unable to get alignment file from CALDB")
    raws = {m: _events_of(run, indir, stem, m) for m in modules}
    out.mkdir(parents=True, exist_ok=True)
    if first == 1:
        run.stage("1")
        _stage_one(run, indir, raws)
    if last >= 2:
        run.stage("2")
        for module in modules:
            _stage_two(run, indir, module, raws[module])
    if last >= 3:
        run.stage("3")
        for module in modules:
            _stage_three(run, module)


def _events_of(run: Run, indir: Path, stem: str, module: str) -> Path:
    """Give the unfiltered events of a module: named, or found in the folder."""
    given = run.values.named(f"fpm{module.lower()}_infile", "")
    if given:
        return Path(given)
    folder = indir / "event_uf" if (indir / "event_uf").is_dir() else indir
    return one_of(run, folder, f"{stem}{module}_uf.evt")


def _stage_one(run: Run, indir: Path, raws: dict[str, Path]) -> None:
    stem = nustar_calibrated.stem_of(run)
    attitude = nustar_calibrated.attitude_of(run, indir)
    run.launch(
        "numetrology", metrologyfile="DEFAULT", outdir=run.out, mastaspectfile=f"{stem}_mast.fits"
    )
    run.launch("nuattcorr", attfile=attitude, outfile=f"{stem}_att.fits", outdir=run.out)
    nustar_calibrated.write_spacecraft(run, attitude)
    for module, raw in raws.items():
        name = f"{stem}{module}_uf.evt"
        run.banner(f"Stage  I: Calibrating '{name}'")
        for task in ("nuflagbad", "nuhotpix", "nucalcpha", "nucalcpi", "nuflagevt", "nucoord"):
            run.launch(task, infile=raw, outdir=run.out, outfile=name)
        nustar_calibrated.write_module(run, module, raw)
        run.banner(f"Stage  I: '{name}' calibrated.")
        _LINES.append(f"FPM{module}: .... Stage    I: Calibrated Event File: '{name}'")


def _stage_two(run: Run, indir: Path, module: str, raw: Path) -> None:
    stem = nustar_calibrated.stem_of(run)
    name = f"{stem}{module}_uf.evt"
    calibrated = run.out / name if (run.out / name).is_file() else raw
    run.banner(f"Stage II: Screening '{name}'")
    if run.values["saamode"].upper() != "NONE" or run.values.yes("tentacle"):
        run.launch("nucalcsaa", hkfile=f"{stem}{module}_fpm.hk", saamode=run.values["saamode"])
    run.launch("nufilter", outdir=run.out, mkffile=f"{stem}{module}.mkf")
    nustar_screened.write_filter(run, indir, module, raw)
    asked = run.values["obsmode"].upper()
    for mode in [number for word, number in MODES.items() if asked in ("ALL", word)]:
        clean = f"{stem}{module}{mode}_cl.evt"
        run.launch("nuscreen", infile=calibrated, outdir=run.out, outfile=clean, obsmode=mode)
        if not nustar_screened.write_cleaned(run, indir, module, mode, calibrated):
            run.warn(f"no events left for '{clean}': it is not written")
            continue
        _LINES.append(
            f"FPM{module}: .... Stage   II: Created Filtered Level 2 Event File '{clean}'"
        )
    run.banner(f"Stage II: '{name}' Screened.")
    clean = f"{stem}{module}01_cl.evt"
    if run.values.yes("createexpomap") and (run.out / clean).is_file():
        run.banner(f"Stage II: Generating '{clean}' exposure map")
        run.launch(
            "nuexpomap", infile=run.out / clean, det1reffile=run.out / f"{stem}{module}_det1.fits",
            attfile=run.out / f"{stem}_att.fits", mastaspectfile=run.out / f"{stem}_mast.fits",
            expomapfile=run.out / f"{stem}{module}01_ex.img", vignflag=run.values["expovignflag"],
            energy=run.values["energy"], pixbin=run.values["pixbin"], clobber="yes", mode="ql",
        )  # fmt: skip
        run.banner(f"Stage II: '{clean}' exposure map created.")


def _stage_three(run: Run, module: str) -> None:
    stem = nustar_calibrated.stem_of(run)
    clean = f"{stem}{module}01_cl.evt"
    run.banner(f"Stage III: Generating '{clean}' products and images")
    values = run.values
    run.launch(
        "nuproducts", indir=run.out, outdir=run.out, steminputs=stem, instrument=f"FPM{module}",
        binsize=values["lcbinsize"], usrgtifile=values["productsgtifile"],
        **{name: values[name] for name in THROUGH},
    )  # fmt: skip
    run.banner(f"Stage III: '{clean}' products and images created.")
    _LINES.append(f"FPM{module}: .... Stage  III: Created products of '{clean}'")
