"""Fifty observations opened, extracted and shown, and a region of all of them dragged; prints JSON.

The event files are those of the simulated campaign, one after the other and again. They are opened
in a thread, as a download opens them, with the workbench there already. Meanwhile an event loop, as
the kernel has one, and a visitor at the door measure how long they are kept waiting.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nuwidgets as nw

if TYPE_CHECKING:
    from collections.abc import Callable

TICK_S, DRAG_S, HERTZ = 0.005, 2.0, 60
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("observations", type=int, nargs="?", default=50)
    parser.add_argument("--folder", help="where the simulated campaign is or shall be")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = simulated(args.folder or folder)
        print(json.dumps(measured(paths, args.observations), indent=2))


def simulated(folder: str) -> list[Path]:
    """Give the event files of the simulated campaign."""
    with nw.demo_campaign(folder) as campaign:
        return [Path(one.events.path) for one in campaign.datasets.values()]


def measured(paths: list[Path], n_observations: int) -> dict[str, Any]:
    """Open, show and drag."""
    with nw.Session() as session:
        bench = nw.Workbench(session)
        found: dict[str, Any] = {"observations": n_observations}
        few = list(itertools.islice(itertools.cycle(paths), n_observations))
        found["open"] = watched(session, lambda: opened(session, few))
        bench.close()
        start = time.perf_counter()
        bench = nw.Workbench(session)
        found["workbench_s"] = round(time.perf_counter() - start, 3)
        found["look_at"] = watched(session, lambda: session.look_at(session.names[-1]))
        found["drag"] = dragged(session)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT
        found["peak_mb"] = round(peak / 1e6)
        bench.close()
    return found


def opened(session: nw.Session, paths: list[Path]) -> None:
    """Open files, share their regions, and wait until everything that is seen is there."""
    for path in paths:
        session.add_events(path)
    session.share_regions(session.names[0])
    for one in session.datasets.values():
        one.spectrum.grouping = "min 1"
    session.fit.ignore = "**-0.3 7.0-**"
    session.settle(120.0)
    if not (session.longterm.fresh and session.datasets[session.names[-1]].spectrum.fresh):
        raise SystemExit("Not all spectra and rates are there.")


def watched(session: nw.Session, action: Callable[[], object]) -> dict[str, float]:
    """Do something in a thread; give the seconds, and the longest that others had to wait."""
    waits = {"loop": 0.0, "door": 0.0}

    def knock() -> None:
        start = time.perf_counter()
        session.door.do(lambda: None)
        waits["door"] = max(waits["door"], time.perf_counter() - start)

    async def tick(work: asyncio.Future[object]) -> None:
        while not work.done():
            start = time.perf_counter()
            await asyncio.sleep(TICK_S)
            waits["loop"] = max(waits["loop"], time.perf_counter() - start - TICK_S)

    async def visit(work: asyncio.Future[object]) -> None:
        while not work.done():
            await asyncio.to_thread(knock)
            await asyncio.sleep(TICK_S)

    async def both() -> float:
        work = asyncio.ensure_future(asyncio.to_thread(action))
        begin = time.perf_counter()
        await asyncio.gather(work, tick(work), visit(work))
        return time.perf_counter() - begin

    seconds = asyncio.run(both())
    return {"seconds": round(seconds, 3)} | {
        f"longest_wait_{name}_s": round(value, 3) for name, value in waits.items()
    }


def dragged(session: nw.Session) -> dict[str, float]:
    """Move the shared region as a hand does; give how the one that is looked at follows."""
    seen = session.datasets[session.focus[0]]
    times = [time.perf_counter()]
    seen.spectrum.observe(lambda _change: times.append(time.perf_counter()), "product")
    circle = session.shared.source.shapes[0]
    for number in range(int(DRAG_S * HERTZ)):
        circle = replace(circle, ra_deg=circle.ra_deg + 1e-5)
        session.shared.source = circle
        time.sleep(max(0.0, times[0] + number / HERTZ - time.perf_counter()))
    end = time.perf_counter()
    moved = [moment for moment in times if moment <= end]
    gaps = [after - before for before, after in itertools.pairwise(moved)]
    session.settle(60.0)
    return {
        "updates_per_s": round(len(gaps) / (end - times[0]), 1),
        "longest_gap_s": round(max(gaps, default=end - times[0]), 3),
        "all_followed_after_s": round(time.perf_counter() - end, 3),
    }


if __name__ == "__main__":
    main()
