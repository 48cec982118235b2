"""How fast the session follows a region, opens files and imports; prints JSON.

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
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

RA_DEG, DEC_DEG, PIXEL_DEG = 321.94, 56.94, 0.0006828
N_ORBITS, ORBIT_S, GOOD_S = 9, 5800.0, 3300.0
SOURCE_SHARE, FIELD_ARCSEC = 0.5, 780.0
FORMS = {
    "TIME": "D", "DET_ID": "B", "RAWX": "B", "RAWY": "B", "STATUS": "2B", "GRADE": "I",
    "SURRPI": "J", "PI": "J", "DET1X": "I", "DET1Y": "I", "DET2X": "I", "DET2Y": "I",
    "X": "I", "Y": "I",
}  # fmt: skip
"""The columns of a NuSTAR event file."""
WARM_UP, PAUSE_S = 5, 0.02
COLUMNS = ("time_s", "x", "y", "pi", "grade", "det_id")
KIB_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=float, nargs="+", default=[1e5, 1e6, 1e7])
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "PATH"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        what, path = args.child
        print(json.dumps(CHILDREN[what](path, args.repeats)))
        return
    results: dict[str, Any] = {"versions": versions(), "start": child("start", "", 5)}
    with tempfile.TemporaryDirectory() as folder:
        for n_events in map(int, args.sizes):
            path = Path(folder) / f"events_{n_events}.evt"
            child("write", path, n_events)
            results[f"{n_events:.0e}"] = {
                "open": child("open", path, args.repeats),
                "one_module": child("live", path, args.repeats),
                "two_modules": child("two", path, args.repeats),
            }
            path.unlink()
    print(json.dumps(results, indent=2))


def child(what: str, path: Path | str, repeats: int) -> dict[str, Any]:
    """Do it in a fresh process, whose peak of memory is its own."""
    call = [sys.executable, __file__, "--repeats", str(repeats), "--child", what, str(path)]
    done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def versions() -> dict[str, str]:
    """Give the versions of what is compared."""
    found = {"python": sys.version.split()[0]}
    for name in ("nuwidgets", "numpy", "scipy", "stingray"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def summary(seconds: list[float]) -> dict[str, float]:
    """Give the median and the 95th percentile, ms."""
    milliseconds = 1000 * np.array(seconds)
    middle, late = np.percentile(milliseconds, [50, 95])
    return {"median_ms": round(float(middle), 3), "p95_ms": round(float(late), 3)}


def timed(repeats: int, call: Callable[[], object]) -> dict[str, float]:
    """Call again and again, once in vain, and summarise."""
    call()
    seconds = []
    for _ in range(repeats):
        began_s = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began_s)
    return summary(seconds)


def measure_start(_path: str, repeats: int) -> dict[str, Any]:
    """Import, make a session, and make the panels, in fresh processes."""
    code = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"
    steps = {
        "import": code.format("import nuwidgets"),
        "import_session": code.format("from nuwidgets import Session"),
        "session": "from nuwidgets import Session; " + code.format("Session()"),
        "first_panel": code.format("import nuwidgets as nw; nw.FitPanel(nw.Session())"),
        "workbench": code.format("import nuwidgets as nw; nw.Workbench(nw.Session())"),
    }
    found: dict[str, Any] = {}
    for name, line in steps.items():
        call = [sys.executable, "-c", line]
        runs = [subprocess.run(call, check=True, stdout=subprocess.PIPE) for _ in range(repeats)]
        found[name] = summary([float(run.stdout) for run in runs])
    return found


def peak_bytes() -> int:
    """Give the largest memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_PER_UNIT


def measure_open(path: str, _repeats: int) -> dict[str, Any]:
    """Open a file and make its image, then all else: time, and memory over the columns used."""
    import nuwidgets as nw

    with nw.Session(live=False) as session:
        before, began_s = peak_bytes(), time.perf_counter()
        dataset = session.add_events(path)
        opened_s = time.perf_counter()
        dataset.image.run()
        shown_s, shown = time.perf_counter(), peak_bytes() - before
        dataset.lightcurve.run()
        dataset.spectrum.run()
        complete_s, complete = time.perf_counter(), peak_bytes() - before
        events = dataset.events.product
        used = sum(getattr(events, name).nbytes for name in COLUMNS)
    return {
        "open_s": round(opened_s - began_s, 3),
        "open_and_image_s": round(shown_s - began_s, 3),
        "open_and_all_products_s": round(complete_s - began_s, 3),
        "columns_mb": round(used / 1e6, 1),
        "peak_of_image_over_columns": round(shown / used, 2),
        "peak_of_all_products_over_columns": round(complete / used, 2),
    }


def measure_live(path: str, repeats: int, modules: int = 1) -> dict[str, Any]:
    """Move the source region of all modules; wait for light curves, spectra and model curve."""
    import nuwidgets as nw

    with nw.Session() as session:
        datasets = [session.add_events(path) for _ in range(modules)]
        for one in datasets:
            one.regions.background = nw.Annulus(RA_DEG, DEC_DEG, 180, 300)
        session.fit.model = "tbabs*powerlaw"
        session.settle(120)
        offsets = iter(np.linspace(-0.004, 0.004, repeats + WARM_UP))
        slopes = iter(np.linspace(1.5, 2.0, repeats + WARM_UP))

        def move() -> None:
            region = nw.Circle(RA_DEG, DEC_DEG + next(offsets), 100)
            for one in datasets:
                one.regions.source = region
            session.settle(120)

        def slide() -> None:
            session.fit.set(f"2={next(slopes)}")
            session.settle(120)

        steps = [step for one in datasets for step in (one.regions, one.lightcurve, one.spectrum)]
        steps += [session.curve, session.flux]

        found: dict[str, Any] = {
            "n_in_source": [d.regions.product.source.n_events for d in datasets]
        }
        found["region_to_all_products"], found["engine_alone"] = in_a_drag(repeats, move, steps)
        curve = [session.curve]
        found["slider_to_curve"], found["curve_alone"] = in_a_drag(repeats, slide, curve)
        if modules == 1:
            found["lightcurve"] = beside_stingray(session, datasets[0], repeats)
    return found


def measure_two(path: str, repeats: int) -> dict[str, Any]:
    """Do it with two modules at once."""
    return measure_live(path, repeats, modules=2)


def in_a_drag(
    repeats: int, call: Callable[[], object], steps: list[Any]
) -> tuple[dict[str, float], dict[str, float]]:
    """Call with the pauses of a drag, after a few calls in vain; summarise all, and the engine."""
    from nuwidgets.core.job import State

    whole, engine = [], []
    for _ in range(repeats + WARM_UP):
        time.sleep(PAUSE_S)
        began_s = time.perf_counter()
        call()
        whole.append(time.perf_counter() - began_s)
        engine.append(sum(step.product.provenance.seconds for step in steps))
    for step in steps:
        if step.state is not State.FRESH:
            raise SystemExit(f"{step!r} did not follow: {step.error}")
    return summary(whole[WARM_UP:]), summary(engine[WARM_UP:])


def beside_stingray(session: Any, dataset: Any, repeats: int) -> dict[str, Any]:
    """Bin the same times with the same good times: ours, stingray's, and their ratio."""
    from nuwidgets.core.job import Token

    selection, request = dataset.regions.product, dataset.lightcurve.request()
    token, binsizes = Token(), iter(np.linspace(256, 257, repeats + 1).tolist())

    def rebin() -> None:
        session.base.solve(replace(request, binsize_s=next(binsizes)), (selection,), token)

    found = {
        "ours": timed(repeats, lambda: session.base.solve(request, (selection,), token)),
        "ours_new_binsize": timed(repeats, rebin),
    }
    try:
        from stingray import Lightcurve
    except ImportError:
        return {**found, "stingray": "not installed"}
    times, gti = np.sort(selection.source.time_s), np.array(selection.events.gti.intervals)
    start, stop = gti[0, 0], gti[-1, 1]
    settings = {"dt": 256.0, "tstart": start, "tseg": stop - start, "gti": gti}
    theirs = timed(repeats, lambda: Lightcurve.make_lightcurve(times, **settings))
    ratio = theirs["median_ms"] / found["ours"]["median_ms"]
    return {**found, "stingray": theirs, "stingray_over_ours": round(ratio, 2)}


def write_events(path: str, n_events: int) -> None:
    """Write a NuSTAR-like event file, with all of its columns, of a source in a flat background.

    The source gives half of the events, spread as NuSTAR's optics do; the others fill the field.
    """
    from astropy.io import fits

    from nuwidgets.science.psf import draw_radius_arcsec

    rng = np.random.default_rng(1)
    of_source = rng.random(n_events) < SOURCE_SHARE
    radius, angle = draw_radius_arcsec(rng.random(n_events)), rng.uniform(0, 2 * np.pi, n_events)
    flat = rng.uniform(-FIELD_ARCSEC / 2, FIELD_ARCSEC / 2, (2, n_events))
    near = radius * np.array([np.cos(angle), np.sin(angle)])
    of_source &= np.abs(near).max(axis=0) < FIELD_ARCSEC / 2
    place = np.where(of_source, near, flat)
    x, y = (500.5 + place / (3600 * PIXEL_DEG)).round().astype(np.int16)
    kev = np.where(of_source, 3 * rng.random(n_events) ** -1.25, rng.uniform(3, 120, n_events))
    pi = ((kev.clip(3, 160) - 1.6) / 0.04).astype(np.int32)
    start = 1000.0 + ORBIT_S * np.arange(N_ORBITS)
    time_s = start[rng.integers(0, N_ORBITS, n_events)] + GOOD_S * rng.random(n_events)
    values = {
        "TIME": np.sort(time_s),
        "X": x,
        "Y": y,
        "PI": pi,
        "GRADE": rng.integers(0, 27, n_events),
    }
    nothing = {"B": np.zeros(n_events, np.uint8), "2B": np.zeros((n_events, 2), np.uint8)}
    columns = [
        fits.Column(name, form, array=values.get(name, nothing.get(form, nothing["B"])))
        for name, form in FORMS.items()
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    keys = {"TELESCOP": "NuSTAR", "INSTRUME": "FPMA", "OBS_ID": "60000000001", "DEADC": 0.98}
    keys |= {"RADECSYS": "FK5", "EQUINOX": 2000.0, "MJDREFI": 55197, "MJDREFF": 7.6601852e-4}
    for name, kind, value, step in ("X", "RA---TAN", RA_DEG, -1), ("Y", "DEC--TAN", DEC_DEG, 1):
        axis = list(FORMS).index(name) + 1
        keys |= {f"TCTYP{axis}": kind, f"TCRVL{axis}": value, f"TCRPX{axis}": 500.5}
        keys |= {f"TCDLT{axis}": step * PIXEL_DEG, f"TLMIN{axis}": 1, f"TLMAX{axis}": 1000}
    table.header.update(keys)
    times = [
        fits.Column("START", "1D", array=start),
        fits.Column("STOP", "1D", array=start + GOOD_S),
    ]
    gti = fits.BinTableHDU.from_columns(times, name="GTI")
    fits.HDUList([fits.PrimaryHDU(), table, gti]).writeto(path)


CHILDREN: dict[str, Callable[[str, int], Any]] = {
    "start": measure_start,
    "open": measure_open,
    "live": measure_live,
    "two": measure_two,
    "write": write_events,
}

if __name__ == "__main__":
    main()
