"""What stage 1 writes: the events again, bad pixels, attitude, mast, places of the detectors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.products import file_of, mark, one_of, opened, saved, table, who

if TYPE_CHECKING:
    from headas_tasks.run import Run

STEP_S, LEAST_EVENTS, REFERENCE = 100.0, 20, 350.0


def stem_of(run: Run) -> str:
    """Give the stem of the output files."""
    return run.values.named("stemoutputs", run.values["steminputs"])


def attitude_of(run: Run, indir: Path) -> Path:
    """Give the attitude file: named, or found in the folder."""
    given = run.values.named("attfile", "")
    folder = indir / "auxil" if (indir / "auxil").is_dir() else indir
    return Path(given) if given else one_of(run, folder, f"{run.values['steminputs']}_att.fits")


def write_spacecraft(run: Run, attitude: Path) -> None:
    """Write attitude, mast aspect and laser positions."""
    stem = run.out / stem_of(run)
    names = [Path(f"{stem}_{what}.fits") for what in ("att", "mast", "psd", "psdcorr")]
    run.check_new(*names)
    with opened(attitude) as hdus:
        header, time = hdus[1].header, np.asarray(hdus[1].data["TIME"])
        saved(names[0], hdus)
    steps = np.arange(time[0], time[-1] + 1, STEP_S)
    zeros, unit = np.zeros((len(steps), 3)), np.tile([0.0, 0.0, 0.0, 1.0], (len(steps), 1))
    mast = table(
        "MAST_ASPECT",
        [("TIME", "D", "s", steps), ("T_FBOB", "3D", "mm", zeros), ("Q_FBOB", "4D", "", unit)],
    )
    mast.header.update(who(header))
    saved(names[1], file_of(mast))
    for path, name in zip(names[2:], ("PSDPOS", "PSDPOS"), strict=True):
        flat = np.zeros(len(steps))
        laser = table(
            name,
            [
                ("TIME", "D", "s", steps),
                ("X_PSD0", "D", "mm", flat),
                ("Y_PSD0", "D", "mm", flat),
                ("METGRID_FLAG", "B", "", flat + 1),
            ],
        )
        laser.header.update(who(header))
        saved(path, file_of(laser))
    for path in names:
        mark(path, run)


def write_module(run: Run, module: str, raw: Path) -> None:
    """Write what belongs to a module: events, bad pixels, optical axis, detector's places."""
    stem = run.out / f"{stem_of(run)}{module}"
    paths = {
        what: Path(f"{stem}_{what}")
        for what in ("uf.evt", "bp.fits", "hp.fits", "oa.fits", "det1.fits")
    }
    run.check_new(*paths.values())
    with opened(raw) as hdus:
        events, header = hdus["EVENTS"].data, hdus["EVENTS"].header
        saved(paths["uf.evt"], hdus)
        time, x, y = places(events)
    for what in ("bp.fits", "hp.fits"):
        saved(paths[what], file_of(*bad_pixels(header)))
    reference = table(
        "DET1_REFPOINT",
        [("TIME", "D", "s", time), ("X_DET1", "D", "pixel", x), ("Y_DET1", "D", "pixel", y)],
        who(header),
    )
    saved(paths["det1.fits"], file_of(reference))
    middle, stop = np.full(len(time), 500.5), np.full(len(time), 300.5)
    names = [("X_OA", middle), ("Y_OA", middle), ("DET2X_APSTOP", stop), ("DET2Y_APSTOP", stop)]
    axis = table(
        "OPTICAL_AXIS",
        [("TIME", "D", "s", time), *((n, "D", "pixel", v) for n, v in names)],
        who(header),
    )
    saved(paths["oa.fits"], file_of(axis))
    for path in paths.values():
        mark(path, run)


def bad_pixels(header: Any) -> list[Any]:
    """Give four tables of bad pixels; the simulated detectors have none."""
    none = np.zeros(0)
    columns = [
        ("RAWX", "B", "", none),
        ("RAWY", "B", "", none),
        ("TIME", "D", "s", none),
        ("TIME_STOP", "D", "s", none),
        ("BADFLAG", "16X", "", np.zeros((0, 16), bool)),
    ]
    return [table("BADPIX", columns, who(header) | {"DETNAM": f"DET{n}"}) for n in range(4)]


def turn_of(events: Any) -> tuple[Any, Any, Any]:
    """Give the matrix from DET1 to sky pixels, the middles of time steps, and the shift in each.

    Positions relative to the mean of their time step depend on the matrix alone.
    """
    time = np.asarray(events["TIME"])
    place = np.stack([events["DET1X"], events["DET1Y"]], 1).astype(float)
    sky = np.stack([events["X"], events["Y"]], 1).astype(float)
    good = (place > 0).all(axis=1) & (sky > 0).all(axis=1)
    time, place, sky = time[good], place[good], sky[good]
    which, n = np.unique((time // STEP_S).astype(np.int64), return_inverse=True)
    count = np.bincount(n)
    mean = [np.stack([np.bincount(n, v[:, k]) / count for k in (0, 1)], 1) for v in (place, sky)]
    matrix = np.linalg.lstsq(place - mean[0][n], sky - mean[1][n], rcond=None)[0].T
    kept = count >= LEAST_EVENTS
    shift = mean[1] - mean[0] @ matrix.T
    return matrix, (which[kept] + 0.5) * STEP_S, shift[kept]


def places(events: Any) -> tuple[Any, Any, Any]:
    """Give times and the sky pixels of the detectors' reference point there."""
    matrix, time, shift = turn_of(events)
    point = shift + matrix @ [REFERENCE, REFERENCE]
    return time, point[:, 0], point[:, 1]
