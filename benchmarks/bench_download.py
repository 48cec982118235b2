"""Downloads beside curl: the same files from the same stand-in server, in turns, and peak memory.

    python benchmarks/bench_download.py [--repeats 5] [--large 300] [--small 2000] [--delay 0.02]

"near" is this machine, as fast as it goes; "braked" a server that is held back; "far" 20 ms away.
curl fetches as many files at once as we do, and once one after the other over one connection; it
checks nothing, while our time includes SHA-256, gzip, FITS and the manifest.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

OBS_ID = "60001110002"
FOLDER = f"FTP/nustar/data/obs/00/6/{OBS_ID}"
AT_ONCE = 8
HERE = Path(__file__).parent


def fetch(url: str, workspace: str) -> None:
    """Download all that is below an address with our own code."""
    from nuwidgets.archive.download import download
    from nuwidgets.archive.hosts import opened
    from nuwidgets.archive.places import Places
    from nuwidgets.core.job import Token
    from nuwidgets.domain.archive_file import Files, FilesRequest, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest
    from nuwidgets.domain.observation import FindRequest

    places = Places(bucket="", mount="", data_url=url)
    root = f"{url}/{FOLDER}/"

    async def listed() -> ObservationFiles:
        async with opened(root, places) as remote:
            return ObservationFiles(OBS_ID, root, await remote.list(root))

    files = Files("NuSTAR", "heasarc", "", (asyncio.run(listed()),))
    request = DownloadRequest(
        FilesRequest(FindRequest("", "NuSTAR"), (OBS_ID,)), workspace, preset="everything"
    )
    began_s = time.perf_counter()
    product = download(request, files, places, Token(), AT_ONCE)
    seconds = time.perf_counter() - began_s
    if product.failed:
        raise SystemExit(f"the download failed: {product.failed}")
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # of this program alone
    peak_kb = float(status.partition("VmHWM:")[2].split()[0])
    print(json.dumps({"seconds": seconds, "peak_mb": peak_kb / 1024}))


def ours(url: str) -> tuple[float, float]:
    """Time a download in a fresh process, without its start; and its peak memory, MB."""
    with tempfile.TemporaryDirectory() as workspace:
        command = [sys.executable, __file__, "--fetch", url, workspace]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(out)
    return found["seconds"], found["peak_mb"]


def curls(url: str, names: list[str], *, parallel: bool) -> float:
    """Time curl on the same files."""
    with tempfile.TemporaryDirectory() as place:
        lines = [
            f'url = "{url}/{FOLDER}/{name}"\noutput = "{place}/{n}"' for n, name in enumerate(names)
        ]
        config = Path(place) / "config"
        config.write_text("\n".join(lines), encoding="utf-8")
        many = ["--parallel", "--parallel-max", str(AT_ONCE)] if parallel else []
        began_s = time.perf_counter()
        subprocess.run(
            ["curl", "--silent", "--no-progress-meter", "--fail", *many, "-K", str(config)],
            check=True,
        )
        return time.perf_counter() - began_s


@contextlib.contextmanager
def serving(root: Path, delay_s: float, rate_bytes_per_s: str) -> Iterator[str]:
    """Serve a folder in a process of its own."""
    script = str(HERE / "archive_process.py")
    command = [sys.executable, script, str(root), rate_bytes_per_s, str(delay_s)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
        lines, end = server.stdout, server.stdin
        if lines is None or end is None:
            raise SystemExit("the stand-in did not start")
        try:
            yield lines.readline().strip()
        finally:
            end.close()


def write_files(root: Path, count: int, size_bytes: int) -> list[str]:
    """Write gzipped noise, as incompressible as packed events are."""
    rng = np.random.default_rng(1)
    names = [f"event_uf/file{n:05d}.bin.gz" for n in range(count)]
    for name in names:
        path = root / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(rng.bytes(size_bytes), 0, mtime=0))
    return names


def measured(
    count: int, size_bytes: int, delay_s: float, repeats: int, rate_bytes_per_s: str = ""
) -> dict[str, float]:
    """Give medians, in turns."""
    with tempfile.TemporaryDirectory() as place:
        names = write_files(Path(place), count, size_bytes)
        with serving(Path(place), delay_s, rate_bytes_per_s) as url:
            rounds = [
                (curls(url, names, parallel=True), curls(url, names, parallel=False), *ours(url))
                for _ in range(repeats)
            ]
    parallel, serial, mine, peak = (
        statistics.median(column) for column in zip(*rounds, strict=True)
    )
    total_mb = count * size_bytes / 1e6
    return {
        "ours_mb_per_s": total_mb / mine,
        "curl_parallel_mb_per_s": total_mb / parallel,
        "curl_one_by_one_mb_per_s": total_mb / serial,
        "ours_over_curl_parallel": parallel / mine,
        "ours_over_curl_one_by_one": serial / mine,
        "ours_s": mine,
        "peak_mb": peak,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--large", type=int, default=300, help="size of the large file, MB")
    parser.add_argument("--small", type=int, default=2000, help="number of small files")
    parser.add_argument("--delay", type=float, default=0.02, help="of each answer, as on a way, s")
    parser.add_argument("--fetch", nargs=2)
    asked = parser.parse_args()
    if asked.fetch:
        fetch(*asked.fetch)
        return
    if not shutil.which("curl"):
        raise SystemExit("curl is needed to compare with")
    large, small = asked.large * 1_000_000, 20_000
    found = {
        "large_near": measured(1, large, 0.0, asked.repeats),
        "large_half_near": measured(1, large // 10, 0.0, asked.repeats),
        "large_braked": measured(1, large, 0.0, 3, "125e6"),
        "small_near": measured(asked.small, small, 0.0, asked.repeats),
        "small_far": measured(asked.small, small, asked.delay, 1),
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
