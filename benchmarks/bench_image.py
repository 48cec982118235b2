"""How fast images are: opened, in other bands, smoothed, on the detectors, corrected; prints JSON.

Each measurement runs in a process of its own, on event files that are made up here.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

RA_DEG, DEC_DEG, PIXEL_DEG = 321.94, 56.94, 0.0006828
N_ORBITS, ORBIT_S, GOOD_S, ROLL_DEG = 9, 5800.0, 3300.0, 35.0
FORMS = {
    "TIME": "D", "DET_ID": "B", "RAWX": "B", "RAWY": "B", "STATUS": "2B", "GRADE": "I",
    "SURRPI": "J", "PI": "J", "DET1X": "I", "DET1Y": "I", "DET2X": "I", "DET2Y": "I",
    "X": "I", "Y": "I",
}  # fmt: skip
"""The columns of a NuSTAR event file."""
COLUMNS = ("time_s", "x", "y", "pi", "grade", "det_id")
KIB_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=float, nargs="+", default=[1e6, 1e7])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "PATH"), help=argparse.SUPPRESS)
    parser.add_argument("--side", type=int, default=1000, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        what, path = args.child
        print(json.dumps(CHILDREN[what](path, args.repeats, args.side)))
        return
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for n_events in map(int, args.sizes):
            found = results[f"{n_events:.0e}"] = {}
            for side in (1000, 4000):
                path = Path(folder) / "events.evt"
                child("write", path, n_events, side)
                kinds = ("open", "images", "detectors") if side == 1000 else ("open", "images")
                found[f"{side}x{side}"] = {
                    what: child(what, path, args.repeats, side) for what in kinds
                }
                path.unlink()
    print(json.dumps(results, indent=2))


def child(what: str, path: Path, repeats: int, side: int) -> dict[str, Any]:
    """Do it in a fresh process, whose peak of memory is its own."""
    call = [sys.executable, __file__, "--repeats", str(repeats), "--side", str(side)]
    done = subprocess.run(
        [*call, "--child", what, str(path)], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def timed(repeats: int, call: Callable[[int], object]) -> dict[str, float]:
    """Call again and again, once in vain, and summarise, ms."""
    call(-1)
    seconds = []
    for number in range(repeats):
        began_s = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - began_s)
    middle, late = np.percentile(1000 * np.array(seconds), [50, 95])
    return {"median_ms": round(float(middle), 1), "p95_ms": round(float(late), 1)}


def peak_bytes() -> int:
    """Give the largest memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_PER_UNIT


def measure_open(path: str, _repeats: int, _side: int) -> dict[str, Any]:
    """Open a file and make its image: time, and memory over the columns used."""
    import nuwidgets as nw

    with nw.Session(live=False) as session:
        before, began_s = peak_bytes(), time.perf_counter()
        dataset = session.add_events(path)
        opened_s = time.perf_counter()
        dataset.image.run()
        shown_s, shown = time.perf_counter(), peak_bytes() - before
        events = dataset.events.product
        used = sum(getattr(events, name).nbytes for name in COLUMNS)
    return {
        "open_s": round(opened_s - began_s, 3),
        "open_and_image_s": round(shown_s - began_s, 3),
        "columns_mb": round(used / 1e6, 1),
        "peak_over_columns": round(shown / used, 2),
    }


def measure_images(path: str, repeats: int, _side: int) -> dict[str, Any]:
    """Change what an image shows, and have it made."""
    import nuwidgets as nw

    with nw.Session(live=False) as session:
        image = session.add_events(path).image

        def another(number: int) -> None:
            image.band = (3.0, 60.0 + number)
            image.run()

        found = {"band": timed(repeats, another), "numpy": beside_numpy(image, repeats)}
        image.binning = 4
        found["binned_4"] = timed(repeats, another)
        image.binning, image.bands = 1, ((3, 6), (6, 12), (12, 25))
        found["four_bands"] = timed(repeats, another)
        image.bands, image.smooth_px = (), 3.0
        found["smoothed_3_px"] = timed(repeats, another)
    return found


def beside_numpy(image: Any, repeats: int) -> dict[str, float]:
    """Bin the same events with numpy.histogram2d."""
    events = image.above[0].product
    n_y, n_x = events.shape
    edges = np.arange(n_y + 1) - 0.5, np.arange(n_x + 1) - 0.5

    def call(number: int) -> None:
        kept = (events.pi >= 35) & (events.pi < 1500 + number)
        np.histogram2d(events.y[kept], events.x[kept], bins=edges)

    return timed(min(repeats, 3), call)


def measure_detectors(path: str, repeats: int, _side: int) -> dict[str, Any]:
    """Outline the detectors, make the exposure map, and correct the image with it."""
    import nuwidgets as nw

    with nw.Session(live=False) as session:
        dataset = session.add_events(path)
        image, found = dataset.image, {}
        for name in ("geometry", "exposure"):
            step = getattr(dataset, name)
            began_s, before = time.perf_counter(), peak_bytes()
            step.run()
            found[f"{name}_s"] = round(time.perf_counter() - began_s, 3)
            found[f"{name}_peak_grows_mb"] = round((peak_bytes() - before) / 1e6, 1)

        def another(number: int) -> None:
            image.band = (3.0, 60.0 + number)
            image.run()

        image.quantity = "corrected"
        found["corrected"] = timed(repeats, another)
        image.quantity, image.frame = "counts", "det1"
        began_s = time.perf_counter()
        image.run()
        found["first_det1_s"] = round(time.perf_counter() - began_s, 3)
        found["det1"] = timed(repeats, another)
    return found


def write_events(path: str, n_events: int, side: int) -> dict[str, Any]:
    """Write a NuSTAR-like event file: half of it a source, half spread over the detectors."""
    from astropy.io import fits

    from nuwidgets.simulation.detector import Mount, detector_of, raw_pixels

    rng = np.random.default_rng(1)
    start = 1000.0 + ORBIT_S * np.arange(N_ORBITS)
    time_s = np.sort(start[rng.integers(0, N_ORBITS, n_events)] + GOOD_S * rng.random(n_events))
    of_source = rng.random(n_events) < 0.5
    spread = rng.normal(235, 12, (2, n_events)), rng.uniform(20, 340, (2, n_events))
    det = np.round(np.where(of_source, *spread)).clip(1, 360)
    mount = Mount("A", ROLL_DEG)
    sky = np.array(mount.to_sky(det[0], det[1], time_s)) + (side - 1000) / 2
    which = detector_of(*det)
    on = which >= 0
    raw = raw_pixels(*det, np.maximum(which, 0))
    kev = np.where(of_source, 3 * rng.random(n_events) ** -1.25, rng.uniform(3, 120, n_events))
    values = {
        "TIME": time_s, "X": np.round(sky[0]) + 1, "Y": np.round(sky[1]) + 1,
        "PI": ((kev.clip(3, 160) - 1.6) / 0.04).astype(int), "DET_ID": which, "RAWX": raw[0],
        "RAWY": raw[1], "DET1X": det[0], "DET1Y": det[1], "GRADE": rng.integers(0, 27, n_events),
    }  # fmt: skip
    nothing = np.zeros(n_events, np.uint8)
    columns = [
        fits.Column(
            name,
            form,
            array=np.stack([nothing, nothing], 1)[on]
            if form == "2B"
            else np.asarray(values.get(name, nothing))[on],
        )
        for name, form in FORMS.items()
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    keys = {"TELESCOP": "NuSTAR", "INSTRUME": "FPMA", "OBS_ID": "60000000001", "DEADC": 0.98}
    keys |= {"RADECSYS": "FK5", "EQUINOX": 2000.0, "MJDREFI": 55197, "MJDREFF": 7.6601852e-4}
    for name, kind, value, step in ("X", "RA---TAN", RA_DEG, -1), ("Y", "DEC--TAN", DEC_DEG, 1):
        axis = list(FORMS).index(name) + 1
        keys |= {f"TCTYP{axis}": kind, f"TCRVL{axis}": value, f"TCRPX{axis}": (side + 1) / 2}
        keys |= {f"TCDLT{axis}": step * PIXEL_DEG, f"TLMIN{axis}": 1, f"TLMAX{axis}": side}
    table.header.update(keys)
    times = [
        fits.Column("START", "1D", array=start),
        fits.Column("STOP", "1D", array=start + GOOD_S),
    ]
    gti = fits.BinTableHDU.from_columns(times, name="GTI")
    fits.HDUList([fits.PrimaryHDU(), table, gti]).writeto(path)
    return {"n_events": int(on.sum())}


CHILDREN: dict[str, Callable[[str, int, int], Any]] = {
    "open": measure_open,
    "images": measure_images,
    "detectors": measure_detectors,
    "write": write_events,
}

if __name__ == "__main__":
    main()
