"""A process that downloads a folder from a stand-in, to be killed: URL OBS_ID WORKSPACE."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from nuwidgets.archive.download import download
from nuwidgets.archive.hosts import opened
from nuwidgets.archive.places import Places
from nuwidgets.core.job import Token
from nuwidgets.domain.archive_file import Files, FilesRequest, ObservationFiles
from nuwidgets.domain.download import Download, DownloadRequest
from nuwidgets.domain.observation import FindRequest

if TYPE_CHECKING:
    from pathlib import Path


def fetch(root: str, obs_id: str, workspace: str | Path, at_once: int = 8) -> Download:
    """Download all that is below an address, as an observation of NuSTAR."""
    places = Places(bucket="", mount="", data_url=root)

    async def listed() -> ObservationFiles:
        async with opened(root, places) as remote:
            return ObservationFiles(obs_id, root, await remote.list(root))

    files = Files("NuSTAR", "heasarc", "", (asyncio.run(listed()),))
    asked = FilesRequest(FindRequest("", "NuSTAR"), (obs_id,))
    request = DownloadRequest(asked, str(workspace), preset="everything")
    return download(request, files, places, Token(), at_once)


if __name__ == "__main__":
    fetch(*sys.argv[1:])
