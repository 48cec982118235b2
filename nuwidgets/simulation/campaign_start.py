"""Bring the simulated campaign into a session: found, downloaded, and made ready for a fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.domain.sky_shapes import Annulus, Circle
from nuwidgets.errors import FileError
from nuwidgets.files.cache import cache_folder
from nuwidgets.simulation.campaign import (
    ABUNDANCE,
    CROSS_SECTION,
    DAYS,
    DEC_DEG,
    EVENT_MJD,
    EXPRESSION,
    NAMES,
    RA_DEG,
    TARGET,
    look_of,
    write_truth,
)
from nuwidgets.simulation.campaign_content import TRUTH, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_ARCSEC, RING_ARCSEC = 180.0, (240.0, 390.0)
IGNORE = "**-0.3 7.0-**"
SHORTEST_S = 300.0
"""Observations shorter than this are not ticked: too few counts for four parameters."""
STARTS = (0.1, 0.08, 5.0e4, 1.5, 2.0e-3)
"""Where fits begin, in the order of the parameters."""


class Starting(Protocol):
    """What is made ready: a session."""

    find: Any
    download: Any
    shared: Any
    fit: Any
    datasets: dict[str, Any]

    def use(self, *names: str) -> None:
        """Fit these datasets."""


def begin(session: Starting, folder: str | Path | None, days: Sequence[float] = DAYS) -> None:
    """Find and download the observations of some days, and make all ready for a fit.

    Parameters
    ----------
    session : Session
        An empty one.
    folder : str or Path, optional
        Where the data are or shall be; the user's cache folder unless given.
    days : pair of float
        First and last day since the discovery.

    Raises
    ------
    FileError
        If it cannot be written there.
    """
    place = Path(folder).expanduser() if folder is not None else cache_folder()
    home = place / f"campaign-{VERSION}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        write_truth(home / TRUTH)
    except OSError as error:
        raise FileError(
            f"Cannot write the simulated campaign to {str(place)!r}: {error}. Give another folder,"
            " or set NUWIDGETS_CACHE to one you can write to."
        ) from error
    find = session.find
    find.server, find.mission, find.target = "demo", "Swift", TARGET
    find.run()
    find.select(days=days, since=EVENT_MJD)
    session.download.folder = home
    session.download.run()
    _make_ready(session)


def _is_fitted(dataset: Any) -> bool:
    """Whether an observation is one of the close days, and long enough."""
    events = dataset.events.product
    day = look_of(events.pointing.obs_id).day
    return bool(DAYS[0] <= day < DAYS[1] and events.livetime_s >= SHORTEST_S)


def _make_ready(session: Starting) -> None:
    """Share the tutorial's regions, tick what is long enough, and write the model down."""
    session.shared.background = Annulus(RA_DEG, DEC_DEG, *RING_ARCSEC)
    session.shared.source = Circle(RA_DEG, DEC_DEG, SOURCE_ARCSEC)
    session.use(*(name for name, one in session.datasets.items() if _is_fitted(one)))
    fit = session.fit
    fit.statistic, fit.ignore = "cstat", IGNORE
    fit.abundance, fit.cross_section = ABUNDANCE, CROSS_SECTION
    fit.model = EXPRESSION
    fit.set(*(f"{number}={value}" for number, value in enumerate(STARTS, start=1)))
    fit.untie(*NAMES[1:])
