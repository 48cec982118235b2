"""Find observations of a target in the archive, and choose some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.observation import FindRequest, Observations
from nuwidgets.errors import InputError
from nuwidgets.steps.arguments import (
    as_mission,
    as_mjd,
    as_obs_ids,
    as_radius,
    as_target,
    rows_of,
    window_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class FindStep(Step[FindRequest, Observations]):
    """Searches a mission's catalogue around a target.

    Examples
    --------
    >>> import nuwidgets as nw
    >>> s = nw.Session()
    >>> s.find.target = "SWIFT J2127.4+5654"
    >>> s.find.request().mission
    'NuSTAR'
    >>> s.close()
    """

    examples: ClassVar = {
        "target": ("Cyg X-1", "21:27:45 +56:56:39"),
        "mission": ("NuSTAR", "Swift"),
        "radius_arcmin": (None, 5.0),
        "server": ("heasarc", "demo"),
    }

    target = Value(as_target, "", "a name, a position as text, or a SkyCoord")
    mission = Value(as_mission, "NuSTAR", "the name of a mission")
    radius_arcmin = Value(as_radius, None, "arcmin, or None for the catalogue's own radius")
    server = t.Enum(("heasarc", "demo"), "heasarc", help="Whose catalogue.")
    selected = Value(as_obs_ids, (), "ObsIDs as text")
    event_mjd = Value(as_mjd, None, "an MJD or a date: days are counted from it")

    def request(self) -> FindRequest:
        """Give what the result depends on."""
        return FindRequest(self.target, self.mission, self.radius_arcmin, self.server)

    def absorb(self, product: Observations) -> None:
        """Forget selected observations that were not found, or cannot be downloaded."""
        can = {o for o, why in zip(product.obs_id, product.hindrance, strict=True) if not why}
        self.selected = tuple(obs_id for obs_id in self.selected if obs_id in can)

    def select(
        self,
        *which: Any,
        time: Sequence[Any] | None = None,
        days: Sequence[float] | None = None,
        since: Any = None,
        add: bool = False,
    ) -> tuple[str, ...]:
        """Choose observations: by ObsID, by a mask or numbers of rows, or by a window of time.

        Parameters
        ----------
        *which : str or array_like
            ObsIDs as text, or one boolean mask, or one list of row numbers.
        time : pair, optional
            Window in which observations begin: MJD, dates, or astropy Times.
        days : pair of float, optional
            The same in days since `since`, or since `event_mjd`.
        since : MJD, date or Time, optional
            What `days` count from; becomes `event_mjd`.
        add : bool
            Choose these as well, not instead.

        Returns
        -------
        tuple of str
            What is chosen now. A mask or window leaves out what cannot be downloaded.

        Raises
        ------
        InputError
            If an observation was not found, or cannot be downloaded; says why.
        """
        return self.door.do(self._select, which, time, (days, since), add=add)

    def _select(
        self, which: tuple[Any, ...], time: Any, counted: tuple[Any, Any], *, add: bool
    ) -> tuple[str, ...]:
        days, since = counted
        event_mjd = self.event_mjd if since is None else as_mjd(since)
        ends = ((time, 0.0), (days, self._origin(days, event_mjd)))
        windows = [window_of(*one) for one in ends if one[0] is not None]
        names = rows_of(which)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            chosen = self._checked(as_obs_ids(names))
        else:
            chosen = self._free(self._found.chosen(names))
        for window in windows:
            inside = self._found.within(*window)
            chosen = tuple(o for o in chosen if o in inside) if which else inside
        self.event_mjd = event_mjd
        self.selected = (*(self.selected if add else ()), *chosen)
        return self.selected

    @property
    def _found(self) -> Observations:
        if self.product is None:
            raise InputError("Cannot choose rows: nothing was searched yet. Call find.run().")
        return self.product

    @staticmethod
    def _origin(days: Any, event_mjd: float | None) -> float:
        if days is not None and event_mjd is None:
            raise InputError(
                "Cannot choose by days: since when is not known. Say since=55665, or set event_mjd."
            )
        return event_mjd or 0.0

    def _checked(self, obs_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what was not found or cannot be had; before a search all is taken."""
        if self.product is not None:
            for obs_id in obs_ids:
                if why := self.product.hindrance[self.product.index(obs_id)]:
                    raise InputError(f"Cannot select {obs_id}: {why}")
        return obs_ids

    def _free(self, obs_ids: tuple[str, ...]) -> tuple[str, ...]:
        found = self._found
        return tuple(o for o in obs_ids if not found.hindrance[found.index(o)])
