"""Killed at any moment, a download goes on: nothing half-written has its name, all ends the same."""

from __future__ import annotations

import contextlib
import gzip
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from download_child import fetch

ROOT = Path(__file__).parents[2]
OBS_ID = "60001110002"
FOLDER = f"FTP/nustar/data/obs/00/6/{OBS_ID}"
N_KILLS = 12


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A folder with large and small files that cannot be packed much."""
    root = tmp_path_factory.mktemp("large")
    rng = np.random.default_rng(7)
    for number, size in enumerate((6_000_000, 4_000_000, 3_000_000, 50_000, 2_000, 10)):
        path = root / FOLDER / "event_uf" / f"part{number}.bin.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(rng.bytes(size), 1, mtime=0))
    return root


@contextlib.contextmanager
def serving(root, rate_bytes_per_s=""):
    command = [sys.executable, str(ROOT / "benchmarks/archive_process.py"), str(root)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, *filter(None, [rate_bytes_per_s])], stdin=pipe, stdout=pipe, text=True
    ) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_identical_files(archive, tmp_path):
    rng, child = random.Random(5), Path(__file__).with_name("download_child.py")  # noqa: S311
    there = {p.name: p.read_bytes() for p in (archive / FOLDER).rglob("*.gz")}
    grown = []
    with serving(archive, "3000000") as url:
        for _ in range(N_KILLS):
            place = [f"{url}/{FOLDER}/", OBS_ID, str(tmp_path)]
            process = subprocess.Popen([sys.executable, str(child), *place], start_new_session=True)
            time.sleep(rng.uniform(0.9, 1.6))
            process.send_signal(signal.SIGKILL)
            process.wait()
            for path in tmp_path.rglob("*.gz"):
                assert path.read_bytes() == there[path.name], "half-written under its final name"
            sizes = [
                p.stat().st_size
                for p in tmp_path.rglob("*")
                if p.is_file() and p.suffix in (".gz", ".part")
            ]
            grown.append(sum(sizes))
            if len(list(tmp_path.rglob("*.gz"))) == len(there):
                break
        assert len(grown) > 2
        assert grown == sorted(grown)  # what was fetched before is not lost
    with serving(archive) as url:  # it comes back at another address, with the same files
        product = fetch(f"{url}/{FOLDER}/", OBS_ID, tmp_path)
    assert not product.failed
    found = {
        p.name: p.read_bytes()
        for p in tmp_path.rglob("*")
        if p.is_file() and p.suffix in (".gz", ".part")
    }
    assert found == there
