"""What keeping a session costs: the thread that changes a setting, a save, opening again.

Run: python benchmarks/bench_session.py [number of datasets]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from nuwidgets.files.session_file import session_text
from nuwidgets.opening import load
from nuwidgets.session import Session
from nuwidgets.simulation import simulate

ROUNDS = 200


def main() -> None:
    """Print medians, 95th percentiles and worst cases."""
    n_datasets = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        observation = simulate(home, exposure_s=5000.0, seed=3)
        session = fill(observation, n_datasets)
        say(
            "record after one change",
            [timed(lambda: change(session), session.record)[1] for _ in range(ROUNDS)],
        )
        say(
            "text of the file",
            [timed(None, lambda: session_text(session.record(), home))[1] for _ in range(10)],
        )
        alone = [timed(None, lambda: change(session))[1] for _ in range(ROUNDS)]
        session.save(home / "many.nuw")
        kept = [timed(lambda: time.sleep(0.01), lambda: change(session))[1] for _ in range(ROUNDS)]
        say("a change, not kept", alone)
        say("a change, autosaved meanwhile", kept)
        session.close()
        print(f"session file: {(home / 'many.nuw').stat().st_size / 1e3:.0f} kB")
        times = []
        for _ in range(5):
            opened, seconds = timed(None, lambda: load(home / "many.nuw"))
            times.append(seconds)
            opened.close()
        say(f"open {n_datasets} datasets", times)


def fill(observation: Path, n_datasets: int) -> Session:
    """Give a session with datasets, extracted, and a fit of two of them."""
    session = Session(live=False)
    for number in range(n_datasets):
        stem = f"nu{observation.name}{'AB'[number % 2]}01_cl.evt"
        session.add_events(observation / "event_cl" / stem)
    for dataset in session.datasets.values():
        for step in dataset.steps:
            step.run()
    session.use(*list(session.datasets)[:2])
    session.fit.model, session.fit.ignore = "constant*tbabs*cutoffpl", "**-3. 79.-**"
    session.fit.run()
    session.errors.run()
    return session


def change(session: Session) -> None:
    """Move a region, and move it back: what was computed holds."""
    regions = next(reversed(session.datasets.values())).regions
    old = regions.source
    regions.source = None
    regions.source = old


def timed(before, action):
    """Give what an action gives, and its seconds."""
    if before:
        before()
    began = time.perf_counter()
    given = action()
    return given, time.perf_counter() - began


def say(what: str, seconds: list[float]) -> None:
    """Print a line."""
    ordered = sorted(1e3 * s for s in seconds)
    high, worst = ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
    middle = statistics.median(ordered)
    print(f"{what:34s} median {middle:8.3f} ms   p95 {high:8.3f}   worst {worst:8.3f}")


if __name__ == "__main__":
    main()
