"""Serve a folder as the archive does, in a process of its own, so that it shares no loop.

    python benchmarks/archive_process.py FOLDER [BYTES_PER_S [DELAY_S]]

FOLDER holds ``FTP/...``; each answer comes DELAY_S late, as over a long way. The address is printed
on the first line; then it serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from nuwidgets.simulation.server.archive import ArchiveServer
from nuwidgets.simulation.server.tables import ArchiveContent


def main(folder: str, rate_bytes_per_s: str = "", delay_s: str = "") -> None:
    """Print the address and serve until standard input ends."""
    late_s = float(delay_s or 0.0)

    async def wait(_request: object) -> None:
        await asyncio.sleep(late_s)

    content = ArchiveContent(Path(folder).resolve(), (), {})
    rate = float(rate_bytes_per_s) if rate_bytes_per_s else None
    with ArchiveServer(content, rate_bytes_per_s=rate, hook=wait if late_s else None) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
