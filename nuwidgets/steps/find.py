"""Find observations of a target in the archive, and choose some of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.observation import FindRequest, Observations
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_target(value: Any) -> str:
    """Take the name of a source, a position as text, or a SkyCoord.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if isinstance(value, str):
        return " ".join(value.split())
    if hasattr(value, "icrs") and getattr(value, "isscalar", False):
        at = value.icrs
        return f"{at.ra.deg:.8f} {at.dec.deg:+.8f}"
    raise InputError(
        f"Cannot search for {value!r}. Give the name of a source, a position as text such as"
        " '21:27:45 +56:56:39' or '321.94 +56.94', or one SkyCoord."
    )


def as_mission(value: Any) -> str:
    """Take the name of a mission, in any case.

    Raises
    ------
    InputError
        If it is not known.
    """
    for name in missions():
        if isinstance(value, str) and value.strip().lower() in (
            name.lower(),
            f"{name}-xrt".lower(),
        ):
            return name
    raise InputError(f"There is no mission {value!r}. {nearest(str(value), missions())}")


def as_radius(value: Any) -> float | None:
    """Take a radius in arcmin, a Quantity, or None for the catalogue's own.

    Raises
    ------
    InputError
        If it is no angle above zero and below 180 deg.
    """
    if value is None:
        return None
    try:
        arcmin = float(value.to_value("arcmin") if hasattr(value, "to_value") else value)
    except (TypeError, ValueError) as error:
        raise InputError(f"Cannot search within {value!r}: {error}. Give arcmin.") from error
    if not (math.isfinite(arcmin) and 0 < arcmin <= 180 * 60):
        raise InputError(
            f"Cannot search within {value!r} arcmin. Give a radius above 0, or None for the"
            " catalogue's own."
        )
    return arcmin


def as_obs_ids(value: Any) -> tuple[str, ...]:
    """Take numbers of observations as texts, each once.

    Raises
    ------
    InputError
        If one is no text: numbers lose their leading zeros.
    """
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise InputError(f"Cannot select {value!r}. Give ObsIDs as text, such as '60001110002'.")
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def as_mjd(value: Any) -> float | None:
    """Take a date as MJD, an astropy Time, an ISO text, or None.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if value is None or (isinstance(value, int | float) and math.isfinite(value)):
        return None if value is None else float(value)
    try:
        from astropy.time import Time

        return float((Time(value) if isinstance(value, str) else value).utc.mjd)
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"Cannot take {value!r} as a date. Give an MJD, '2011-04-14', or an astropy Time."
        ) from error


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
        can = [o for o, why in zip(product.obs_id, product.hindrance, strict=True) if not why]
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
        if since is not None:
            self.event_mjd = since
        windows = [w for w in (self._window(time), self._window(days, self._origin(days))) if w]
        names = which[0] if len(which) == 1 and not isinstance(which[0], str) else which
        if hasattr(names, "tolist"):
            names = names.tolist()
        if isinstance(names, tuple | list) and all(isinstance(name, str) for name in names):
            chosen = self._checked(as_obs_ids(list(names)))
        else:
            chosen = self._free(self._found.chosen(names))
        for window in windows:
            inside = self._found.within(*window)
            chosen = tuple(o for o in chosen if o in inside) if which else inside
        self.selected = (*(self.selected if add else ()), *chosen)
        return self.selected

    @property
    def _found(self) -> Observations:
        if self.product is None:
            raise InputError("Cannot choose rows: nothing was searched yet. Call find.run().")
        return self.product

    def _origin(self, days: Any) -> float:
        if days is not None and self.event_mjd is None:
            raise InputError(
                "Cannot choose by days: since when is not known. Say since=55665, or set event_mjd."
            )
        return self.event_mjd or 0.0

    @staticmethod
    def _window(ends: Any, origin: float = 0.0) -> tuple[float, float] | None:
        if ends is None:
            return None
        try:
            lo, hi = (as_mjd(end) for end in ends)
        except (TypeError, ValueError) as error:
            raise InputError(f"Cannot choose times by {ends!r}. Give two ends. {error}") from error
        if lo is None or hi is None or not lo < hi:
            raise InputError(f"Cannot choose times by {ends!r}: the first must be the earlier one.")
        return lo + origin, hi + origin

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
