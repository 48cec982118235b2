"""The simulated archive, started once in a process and served as HEASARC serves its own."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places

RATE_BYTES_PER_S = 6_000_000.0
"""So fast it sends: as a line from abroad, so that there is a progress to watch."""


_ONE = threading.Lock()


def start_demo_archive() -> Places:
    """Give the addresses of the simulated archive, on this machine; it is started once.

    Raises
    ------
    FileError
        If its files cannot be written to the cache folder.
    """
    with _ONE:  # cache() alone would let two threads start two
        return _started()


@cache
def _started() -> Places:
    from nuwidgets.archive.places import Places
    from nuwidgets.simulation import campaign
    from nuwidgets.simulation.archive_content import demo_content
    from nuwidgets.simulation.campaign_content import with_campaign
    from nuwidgets.simulation.server.archive import ArchiveServer
    from nuwidgets.simulation.truth import Truth

    content = with_campaign(demo_content())
    server = ArchiveServer(content, rate_bytes_per_s=RATE_BYTES_PER_S).start()
    truth = Truth()
    agn = ("SIMULATED AGN", float(truth.ra_deg), float(truth.dec_deg))
    nova = (campaign.TARGET, campaign.RA_DEG, campaign.DEC_DEG)
    return Places(
        says="The simulated archive",
        vo_url=server.vo_url,
        data_url=server.data_url,
        bucket="",
        mount="",
        names=(agn, nova),
        remembered=False,
    )
