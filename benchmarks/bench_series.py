"""Many observations fitted one by one: one after the other, in threads, in processes; prints JSON.

Uses the real Swift-XRT spectrum of ../shared so many times. Meanwhile a visitor measures how long
Python's lock keeps it waiting: that is how a notebook feels.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import Token
from nuwidgets.engines.fit_pool import cores
from nuwidgets.engines.series import SeriesFits
from nuwidgets.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "swift_xrt"
TICK_S = 0.005


def opened(n: int, model: str, delta: float) -> Session:
    """Give a session with so many spectra and the model."""
    session = Session(live=False)
    rmf = next(SHARED.glob("swxpc0to12s6_*.rmf*"))
    for _ in range(n):
        session.add_spectrum(
            SHARED / "target_sr.pha", rmf_path=rmf, arf_path=SHARED / "target_sr.arf",
            grouping="min 1",
        )  # fmt: skip
    session.fit.statistic, session.fit.ignore = "cstat", "**-0.3 7.0-**"
    session.fit.model = model
    session.series.delta = delta
    return session


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Give how long it took, and how long a visitor waited at most for Python's lock, s."""
    with ThreadPoolExecutor(1) as other:
        began = time.perf_counter()
        working = other.submit(work)
        waits: list[float] = []
        while not working.done():
            slept = time.perf_counter()
            time.sleep(TICK_S)
            waits.append(time.perf_counter() - slept - TICK_S)
        working.result()
        return time.perf_counter() - began, sorted(waits)[int(len(waits) * 0.99)]


def measured(session: Session, repeats: int) -> dict[str, Any]:
    """Give medians of each way, and their ratio to one after the other."""
    above = tuple(d.spectrum.run() for d in session.datasets.values())
    ways = {"one_after_the_other": (1, False), "threads": (0, False), "processes": (0, True)}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, (at_once, processes) in ways.items():
            session.series.at_once = at_once
            request = session.series.request()
            fits = SeriesFits(session.solve)
            times[name].append(
                timed(
                    lambda f=fits, r=request, p=processes: f.solve(r, above, Token(), processes=p)
                )
            )
    middle = {n: statistics.median(t for t, _ in every) for n, every in times.items()}
    return {
        name: {
            "seconds": round(middle[name], 3),
            "ratio": round(middle[name] / middle["one_after_the_other"], 3),
            "wait_p99_s": round(statistics.median(wait for _, wait in every), 4),
        }
        for name, every in times.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("observations", type=int, nargs="?", default=12)
    parser.add_argument("--model", default="tbabs*(bbodyrad+bremss)")
    parser.add_argument("--delta", type=float, default=2.706)
    parser.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("The folder of real spectra ../shared/data is not there.")
    with opened(args.observations, args.model, args.delta) as session:
        found = {"cores": cores(), **measured(session, args.repeats)}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
