"""What keeping a session costs: the thread that changes a setting, a save, opening again.

Run: python benchmarks/bench_session.py [number of datasets]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.archive_file import ArchiveFile, Files, ObservationFiles
from nuwidgets.domain.observation import Column, Observations
from nuwidgets.files.session_file import session_text
from nuwidgets.opening import load
from nuwidgets.session import Session
from nuwidgets.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 200
N_OBSERVATIONS, N_FILES = 60, 60


def main() -> None:
    """Print medians, 95th percentiles and worst cases in ms, as JSON."""
    n_datasets = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        session = fill(simulate(home, exposure_s=5000.0, seed=3), n_datasets)
        found: dict[str, Any] = {"n_datasets": n_datasets}
        found["record_after_a_change"] = ms([written(session) for _ in range(ROUNDS)])
        found["text"] = ms([timed(lambda: session_text(session.record(), home)) for _ in range(10)])
        found["change_not_kept"] = ms([changed(session) for _ in range(ROUNDS)])
        found |= listed(session, home)
        session.save(home / "many.nuw")
        found["change_autosaved_meanwhile"] = ms([changed(session) for _ in range(ROUNDS)])
        session.close()
        found["file_kb"] = round((home / "many.nuw").stat().st_size / 1e3)
        found["open"] = ms([opened(home / "many.nuw") for _ in range(5)])
    print(json.dumps(found, indent=1))


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


def listed(session: Session, home: Path) -> dict[str, Any]:
    """Let the session have found and listed much; measure what that adds to its text."""
    before = session_text(session.record(), home)
    session.find.door.do(session.find.ledger.adopt, rows(N_OBSERVATIONS))
    session.files.door.do(session.files.ledger.adopt, listing(N_OBSERVATIONS, N_FILES))
    text = session_text(session.record(), home)
    seconds = [timed(lambda: session_text(session.record(), home)) for _ in range(10)]
    kb = round((len(text) - len(before)) / 1e3)
    return {"text_with_3600_files": ms(seconds), "kb_of_3600_files": kb}


def rows(n: int) -> Observations:
    """Give rows of a catalogue, of 24 columns."""
    obs_ids = tuple(f"60{k:03d}110002" for k in range(n))
    start_mjd = np.linspace(56000.0, 60000.0, n)
    columns = tuple(Column(f"c{k}", tuple(start_mjd.tolist()), "d", "start") for k in range(24))
    said = ("",) * n
    return Observations("numaster", columns, obs_ids, start_mjd, start_mjd, start_mjd, said, said)


def listing(n_observations: int, n_files: int) -> Files:
    """Give a list of files, each with the ETag of a bucket."""
    every = []
    for n in range(n_observations):
        obs_id = f"60{n:03d}110002"
        files = [
            ArchiveFile(f"hk/nu{obs_id}A{k:02d}_fpm.hk.gz", 977 * n + 7919 * k, f'"{n * k:032x}"')
            for k in range(n_files)
        ]
        root = f"s3://nasa-heasarc/nustar/data/obs/00/6/{obs_id}/"
        every.append(ObservationFiles(obs_id, root, tuple(files)))
    return Files("NuSTAR", "aws", "The copy at Amazon's is fast.", tuple(every))


def change(session: Session) -> None:
    """Move a region, and move it back: what was computed holds."""
    regions = next(reversed(session.datasets.values())).regions
    old = regions.source
    regions.source = None
    regions.source = old


def written(session: Session) -> float:
    """Give the seconds of writing down after a change."""
    change(session)
    return timed(session.record)


def changed(session: Session) -> float:
    """Give the seconds of a change that comes 10 ms after the one before."""
    time.sleep(0.01)
    return timed(lambda: change(session))


def opened(path: Path) -> float:
    """Give the seconds of opening a session file."""
    began = time.perf_counter()
    session = load(path)
    seconds = time.perf_counter() - began
    session.close()
    return seconds


def timed(action: Callable[[], object]) -> float:
    """Give the seconds an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def ms(seconds: list[float]) -> dict[str, float]:
    """Give median, 95th percentile and worst, ms."""
    ordered = sorted(1e3 * s for s in seconds)
    high = ordered[int(0.95 * (len(ordered) - 1))]
    values = {"median": statistics.median(ordered), "p95": high, "worst": ordered[-1]}
    return {name: round(value, 3) for name, value in values.items()}


if __name__ == "__main__":
    main()
