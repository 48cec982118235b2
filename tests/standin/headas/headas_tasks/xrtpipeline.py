"""Swift's pipeline, photon counting mode: calibrate, screen, products."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks import swift_files
from headas_tasks.endings import begin_pipeline, end_pipeline, pipeline_failed
from headas_tasks.faults import TaskError
from headas_tasks.nustar_screened import met, read_times
from headas_tasks.products import file_of, inside, mark, opened, saved, table, who
from headas_tasks.run import caldb_has

if TYPE_CHECKING:
    from headas_tasks.run import Run

WORST_GRADE = 12
_LINES: list[str] = []


def begin(run: Run) -> None:
    begin_pipeline(run, "SWIFT XRT")


def ended(run: Run) -> None:
    end_pipeline(run, "SWIFT XRT", _LINES)


failed = pipeline_failed


def work(run: Run) -> None:
    run.need("indir", "outdir", "steminputs", "srcra", "srcdec")
    run.check_words("indir", "outdir")
    values, indir = run.values, Path(run.values["indir"])
    if not indir.is_dir():
        raise TaskError(f"the input directory '{indir}' does not exist")
    if not caldb_has("swift/xrt"):
        run.say(f"{run.prefix} Error: Unable to get teldef file from CALDB")
        raise TaskError("Unable to get teldef file from CALDB")
    found = _inputs(run, indir)
    raws = _found(indir, f"{values['steminputs']}xpcw?po_uf.evt")
    if not raws:
        raise TaskError(
            f"there are no event files {values['steminputs']}xpcw?po_uf.evt below {indir}"
        )
    run.out.mkdir(parents=True, exist_ok=True)
    run.stage("1")
    cleaned = [_calibrate(run, raw, found) for raw in raws]
    if int(values["exitstage"]) >= 2:
        run.stage("2")
        cleaned = [path for raw, path in zip(raws, cleaned, strict=True) if _screen(run, raw, path)]
    if int(values["exitstage"]) >= 3:
        run.stage("3")
        for path in cleaned:
            _products(run, path, found)


def _found(indir: Path, pattern: str) -> list[Path]:
    """Give the files below a folder whose names fit, plain or .gz."""
    return sorted({*indir.rglob(pattern), *indir.rglob(pattern + ".gz")})


def _inputs(run: Run, indir: Path) -> dict[str, Path]:
    """Give attitude, header packets, housekeeping, orbital elements; one of each."""
    values, stem = run.values, run.values["steminputs"]
    attitude = values.named("attfile", "")
    if not attitude:
        choice = _found(indir, f"{stem}pat.fits") or _found(indir, f"{stem}sat.fits")
        attitude = str(choice[0]) if choice else ""
    if re.search(r"uat\.fits", attitude):
        raise TaskError(f"the attitude file '{attitude}' is not allowed: use sat or pat")
    found = {"attfile": Path(attitude)}
    if not Path(attitude).is_file():
        raise TaskError(f"there is no attitude file for {stem}")
    for name, pattern in (
        ("hdfile", f"{stem}xhd.hk"),
        ("enfile", f"{stem}sen.hk"),
        ("tle", "SWIFT_TLE_ARCHIVE.txt.*"),
    ):
        given = values.named(name, "") if name in values else ""
        files = [Path(given)] if given else sorted(set(_found(indir, pattern)))
        if len(files) != 1:
            run.say(
                f"{run.prefix} Error: found {len(files)} files for '{pattern}'", *map(str, files)
            )
            raise TaskError(f"exactly one {pattern} is needed in {indir}, found {len(files)}")
        found[name] = files[0]
    return found


def _calibrate(run: Run, raw: Path, found: dict[str, Path]) -> Path:
    """Write the events again; give the name of the cleaned ones."""
    name = raw.name.removesuffix(".gz")
    stem = name.removesuffix("_uf.evt")
    run.banner(f"Stage I: Calibrating {name}")
    run.launch("xrthkproc", hdfile=found["hdfile"], outdir=run.out)
    run.launch(
        "xrtfilter", hdfile=found["hdfile"], attfile=found["attfile"], enfile=found["enfile"]
    )
    for task in ("coordinator", "xrtpcbias", "xrtflagpix", "xrtpcgrade", "xrthotpix", "xrtcalcpi"):
        run.launch(task, infile=raw, outdir=run.out, outfile=name)
    run.check_new(run.out / name)
    header = swift_files.header_of(raw)
    swift_files.write_orbit(run, run.values["steminputs"], header)
    swift_files.write_pixels(run, stem, header)
    with opened(raw) as hdus:
        for hdu in hdus:
            hdu.header["ATTFILE"] = found["attfile"].name
        saved(run.out / name, hdus)
    mark(run.out / name, run)
    run.banner(f"Stage I: {name} calibrated")
    _LINES.append(f"pc: .... Stage   I: Calibrated Event File: {name}")
    return run.out / f"{stem}_cl.evt"


def _screen(run: Run, raw: Path, path: Path) -> bool:
    """Screen the events by time, status and grade; say whether any is left."""
    name = raw.name.removesuffix(".gz")
    run.banner(f"Stage II: Screening {name}")
    run.launch("xrtscreen", infile=run.out / name, outfile=path.name)
    run.check_new(path)
    with opened(run.out / name) as hdus:
        events = hdus["EVENTS"]
        gti = hdus["GTI"].data
        times = np.stack([gti["START"], gti["STOP"]], 1)
        user = run.values.named("usrgtifile", "")
        times = met(times, read_times(user)) if user and user != "DEFAULT" else times
        keep = _kept(run, events.data) & (
            inside(events.data["TIME"], *times.T) if len(times) else False
        )
        if not keep.any():
            run.banner(f"Stage II: Empty Screening for {name}")
            return False
        events.data = events.data[keep]
        ontime = float((times[:, 1] - times[:, 0]).sum())
        words = dict.fromkeys(("ONTIME", "LIVETIME", "EXPOSURE"), ontime) | {"HDUCLAS2": "ACCEPTED"}
        events.header.update(words)
        made = table(
            "GTI",
            [("START", "D", "s", times[:, 0]), ("STOP", "D", "s", times[:, 1])],
            who(events.header),
        )
        saved(path, file_of(events, made, primary=hdus[0]))
        saved(str(path).replace("_cl.evt", "_gti.fits"), file_of(made.copy()))
    mark(path, run)
    run.banner(f"Stage II: {name} Screened")
    _LINES.append(f"pc: .... Stage  II: Created Filtered Level 2 Event File {path.name}")
    return True


def _kept(run: Run, events: Any) -> Any:
    lo, _, hi = run.values.named("exprpcgrade", f"0-{WORST_GRADE}").partition("-")
    grade = np.asarray(events["GRADE"])
    return (grade >= int(lo)) & (grade <= int(hi or lo)) & ~np.asarray(events["STATUS"]).any(axis=1)


def _products(run: Run, path: Path, found: dict[str, Path]) -> None:
    values = run.values
    run.banner(f"Stage III: Generating '{path.name}' products and images")
    stem = path.name.removesuffix("_cl.evt")
    common = {
        "infile": path,
        "outdir": run.out,
        "attfile": found["attfile"],
        "hdfile": found["hdfile"],
        "clobber": values["clobber"],
    }
    expofile: Path | str = "NONE"
    if values.yes("createexpomap"):
        run.launch("xrtexpomap", **common, vigflag=values["vigflag"], energy=values["energy"])
        expofile = run.out / f"{stem}_ex.img"
    if values.yes("extractproducts"):
        at = {"ra": values["srcra"], "dec": values["srcdec"], "regionfile": values["pcregionfile"]}
        run.launch(
            "xrtproducts",
            **common,
            **at,
            expofile=expofile,
            binsize=values["pcbinsize"],
            correctlc=values["correctlc"],
        )
    run.banner(f"Stage III: '{path.name}' products and images created")
    _LINES.append(f"pc: .... Stage III: Processed '{path.name}'")
