"""What stage 2 writes: filter file, orbit, housekeeping, good times, cleaned events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.nustar_calibrated import bad_pixels, stem_of
from headas_tasks.products import file_of, inside, mark, one_of, opened, saved, table, who

if TYPE_CHECKING:
    from headas_tasks.run import Run

STATUS = "b0000xx00xx0xx000"
WORST_GRADE = 26


def write_filter(run: Run, indir: Path, module: str, raw: Path) -> None:
    """Write housekeeping with the SAA's column, the orbit, and the filter file."""
    stem = f"{stem_of(run)}{module}"
    home = indir / "hk" if (indir / "hk").is_dir() else indir
    given = run.values.named(f"fpm{module.lower()}_hkfile", "")
    source = (
        Path(given) if given else one_of(run, home, f"{run.values['steminputs']}{module}_fpm.hk")
    )
    paths = [run.out / f"{stem}_fpm.hk", run.out / f"{stem}.attorb", run.out / f"{stem}.mkf"]
    run.check_new(*paths)
    with opened(source) as hdus:
        hk = hdus["HK1FPM"]
        time, live = np.asarray(hk.data["TIME"]), np.asarray(hk.data["LIVETIME"])
        zeros = np.zeros(len(time))
        saa = [("SW_SAA", "B", "", zeros), ("SW_TENTACLE", "B", "", zeros)]
        old = [
            (c.name, c.format, c.unit, hk.data[c.name])
            for c in hk.columns
            if not c.name.startswith("SW_")
        ]
        saved(paths[0], file_of(table("HK1FPM", [*old, *saa], who(hk.header))))
        header = hk.header
    with opened(raw) as hdus:
        intervals = hdus["GTI"].data
        good = inside(time, intervals["START"], intervals["STOP"])
    aspect = [
        ("RA", "D", "deg", zeros + header["RA_PNT"]),
        ("DEC", "D", "deg", zeros + header["DEC_PNT"]),
    ]
    flags = [(n, "B", "", zeros) for n in ("SAA", "SLEW")] + [("OCCULTED", "B", "", ~good)]
    orbit = [("ELV", "D", "deg", np.where(good, 90.0, -20.0)), ("SUNSHINE", "B", "", zeros + 1)]
    every = [("TIME", "D", "s", time), *aspect, *flags, *orbit]
    saved(paths[1], file_of(table("ORBIT", every, who(header))))
    saved(paths[2], file_of(table("FILTER", [*every, ("LIVETIME", "D", "", live)], who(header))))
    for path in paths:
        mark(path, run)


def good_times(run: Run, indir: Path, module: str, mode: str, hdus: Any) -> Any:
    """Give good intervals, shape (n, 2): those of the archive's cleaned file, else of the events."""
    folder = indir / "event_cl" if (indir / "event_cl").is_dir() else indir
    kept = one_of(run, folder, f"{run.values['steminputs']}{module}{mode}_cl.evt", needed=False)
    if kept:
        with opened(kept) as cleaned:
            rows = cleaned["GTI"].data
            times = np.stack([rows["START"], rows["STOP"]], 1)
    elif mode != "01":
        return np.zeros((0, 2))
    else:
        rows = hdus["GTI"].data
        times = np.stack([rows["START"], rows["STOP"]], 1)
    user = run.values.named("usrgtifile", "")
    return met(times, read_times(user)) if user and user != "DEFAULT" else times


def read_times(path: str) -> Any:
    with opened(path.partition("[")[0]) as hdus:
        rows = next(h.data for h in hdus if h.name.endswith("GTI"))
        return np.stack([rows["START"], rows["STOP"]], 1)


def met(one: Any, other: Any) -> Any:
    """Give the times that are good in both."""
    parts = [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]
    return np.array(parts).reshape(-1, 2)


def write_cleaned(run: Run, indir: Path, module: str, mode: str, calibrated: Path) -> bool:
    """Screen events by time, status and grade; say whether any is left."""
    stem = f"{stem_of(run)}{module}{mode}"
    path, gti_path = run.out / f"{stem}_cl.evt", run.out / f"{stem}_gti.fits"
    run.check_new(path, gti_path)
    with opened(calibrated) as hdus:
        times = good_times(run, indir, module, mode, hdus)
        events = hdus["EVENTS"]
        keep = (
            inside(events.data["TIME"], *times.T)
            if len(times)
            else np.zeros(len(events.data), bool)
        )
        keep &= kept(run, events.data)
        if not keep.any():
            return False
        events.data = events.data[keep]
        header = events.header
        words = _exposure(run, module, times) | {
            "OBSMODE": _mode_name(mode),
            "HDUCLAS2": "ACCEPTED",
        }
        gti = table("GTI", [("START", "D", "s", times[:, 0]), ("STOP", "D", "s", times[:, 1])])
        gti.header.update(who(header) | words | {"HDUCLAS1": "GTI"})
        header.update(
            words | {"DSTYP1": "GRADE", "DSVAL1": "0:26", "DEPTHCUT": run.values["depthcut"]}
        )
        hdus[0].header.update(words)
        saved(path, file_of(events, gti, *bad_pixels(header), primary=hdus[0]))
        saved(gti_path, file_of(gti.copy()))
    for one in (path, gti_path):
        mark(one, run)
    return True


def kept(run: Run, events: Any) -> Any:
    """Say which events have a status and a grade to keep."""
    if not run.values.yes("evtscreen"):
        return np.ones(len(events), bool)
    pattern = re.search(r"b([01x]{16})", run.values.named("statusexpr", STATUS) or "b" + "x" * 16)
    bits = np.asarray(events["STATUS"])
    good = np.ones(len(events), bool)
    for column, letter in enumerate(pattern.group(1) if pattern else "x" * 16):
        if letter != "x":
            good &= bits[:, column] == (letter == "1")
    grade, edges = np.asarray(events["GRADE"]), (0, 31)
    lo, _, hi = run.values.named("gradeexpr", f"0-{WORST_GRADE}").partition("-")
    good &= (grade >= int(lo)) & (grade <= int(hi or lo))
    good &= ~(np.isin(events["RAWX"], edges) & (grade == 25))
    return good & ~(np.isin(events["RAWY"], edges) & (grade == 26))


def _exposure(run: Run, module: str, times: Any) -> dict[str, float]:
    """Give ONTIME, LIVETIME, EXPOSURE, DEADC: the live fraction of each second, weighed by overlap."""
    with opened(run.out / f"{stem_of(run)}{module}_fpm.hk") as hdus:
        second, live = (np.asarray(hdus["HK1FPM"].data[n]) for n in ("TIME", "LIVETIME"))
    overlap = sum(
        np.clip(np.minimum(second + 1, b) - np.maximum(second, a), 0, None) for a, b in times
    )
    ontime = float((times[:, 1] - times[:, 0]).sum())
    deadc = float((live * overlap).sum() / overlap.sum())
    return {
        "ONTIME": ontime,
        "LIVETIME": ontime * deadc,
        "EXPOSURE": ontime * deadc,
        "DEADC": deadc,
    }


def _mode_name(mode: str) -> str:
    from headas_tasks.nupipeline import MODES

    return {number: word for word, number in MODES.items()}[mode]
