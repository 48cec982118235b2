"""Many observations of one source: regions they share, and which of them are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.dataset import EventDataset
from nuwidgets.errors import InputError, nearest
from nuwidgets.fitting import fit_steps
from nuwidgets.steps.longterm import LongTermStep
from nuwidgets.steps.shared_regions import SharedRegionsStep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step
    from nuwidgets.dataset import Dataset
    from nuwidgets.engines.base import Solve

__all__ = [
    "CAMPAIGN",
    "LongTermStep",
    "SharedRegionsStep",
    "Sharing",
    "campaign_steps",
    "look_at",
    "seen",
    "share_regions",
    "span",
]

CAMPAIGN: dict[str, type[Step[Any, Any]]] = {
    "shared": SharedRegionsStep,
    "longterm": LongTermStep,
}
"""Steps over all observations, by the name that a session has for them."""
FEW = 6
"""So many datasets are looked at side by side when nobody chose."""
ROLES = ("source", "background")


class Campaign(Protocol):
    """Whose observations they are: a session."""

    door: Door
    datasets: dict[str, Dataset]
    shared: SharedRegionsStep
    longterm: LongTermStep
    focus: Any

    def set_trait(self, name: str, value: Any) -> None:
        """Set what is read-only."""

    def view(self, name: str, **values: Any) -> None:
        """Remember how a panel looks."""


def campaign_steps(solve: Solve, door: Door) -> dict[str, Step[Any, Any]]:
    """Give the steps over all observations, the fit and what rests on it, by name."""
    over = {name: made(solve, door=door) for name, made in CAMPAIGN.items()}
    return over | fit_steps(solve, door)


class Sharing:
    """Keeps the shared regions and those of the observations equal.

    Parameters
    ----------
    session : Session
        Whose `shared` step holds what is shared.
    """

    def __init__(self, session: Campaign) -> None:
        self._session = session
        session.shared.observe(self._shared_changed, list(ROLES))
        session.shared.observe(self._joined, "apart")

    def welcome(self, dataset: Dataset) -> None:
        """Give a new observation the shared regions, and follow it. Behind the door."""
        if not isinstance(dataset, EventDataset):
            return
        if self._session.shared.on and not self.is_apart(dataset):
            self._push(dataset)
        dataset.regions.observe(self._region_changed, list(ROLES))

    def forget(self, dataset: Dataset) -> None:
        """Follow an observation no more. Behind the door."""
        if isinstance(dataset, EventDataset):
            dataset.regions.unobserve(self._region_changed, list(ROLES))

    def is_apart(self, dataset: EventDataset) -> bool:
        """Whether an observation has regions of its own."""
        return dataset.name in self._session.shared.apart

    def _followers(self) -> Iterable[EventDataset]:
        every = self._session.datasets.values()
        return [d for d in every if isinstance(d, EventDataset) and not self.is_apart(d)]

    def _others(self, dataset: EventDataset) -> dict[str, Any]:
        """Give the regions that are shared where an observation has others, by role."""
        found = {role: getattr(self._session.shared, role) for role in ROLES}
        return {r: v for r, v in found.items() if v and getattr(dataset.regions, r) != v}

    def _push(self, dataset: EventDataset) -> None:
        for role, region in self._others(dataset).items():
            setattr(dataset.regions, role, region)

    def _shared_changed(self, _change: object) -> None:
        if self._session.shared.on:
            for dataset in self._followers():
                self._push(dataset)

    _joined = _shared_changed

    def _region_changed(self, change: Any) -> None:
        """Set an observation apart whose region was changed by itself."""
        shared = self._session.shared
        dataset = next((d for d in self._followers() if d.regions is change.owner), None)
        if dataset is None or not shared.on:
            return
        if self._others(dataset):
            shared.apart = (*shared.apart, dataset.name)


def share_regions(session: Campaign, name: str) -> None:
    """Give all observations the regions of one of them, from now on.

    Parameters
    ----------
    name : str
        Name of the dataset.

    Raises
    ------
    InputError
        If there is no such dataset with events, or its regions do not lie on the sky.
    """
    session.door.do(_share, session, name)


def _share(session: Campaign, name: str) -> None:
    known = {n: d for n, d in session.datasets.items() if isinstance(d, EventDataset)}
    if name not in known:
        raise InputError(f"No event file {name!r} here. {nearest(name, known)}")
    regions = known[name].regions
    source, background = regions.source, regions.background
    session.shared.apart = tuple(n for n in session.shared.apart if n != name)
    session.shared.background = background
    session.shared.source = source


def span(session: Campaign) -> None:
    """Let what follows the source over all observations know of those of now. Behind the door."""
    datasets = session.datasets.items()
    session.longterm.span({n: d.regions for n, d in datasets if isinstance(d, EventDataset)})


def look_at(session: Campaign, *names: str) -> None:
    """Let the panels of single observations show these; none for what is usual.

    Raises
    ------
    InputError
        If a dataset is not known.
    """
    for name in names:
        if name not in session.datasets:
            raise InputError(f"No dataset {name!r} here. {nearest(name, session.datasets)}")
    session.door.do(_look_at, session, names)


def _look_at(session: Campaign, names: tuple[str, ...]) -> None:
    session.set_trait("focus", tuple(dict.fromkeys(names)))
    session.view("session", focus=list(session.focus))


def seen(session: Campaign, among: Iterable[str]) -> tuple[str, ...]:
    """Give which of some datasets are looked at: those chosen, else all if they are few.

    Parameters
    ----------
    among : iterable of str
        Names of datasets.
    """
    known = tuple(among)
    chosen = tuple(name for name in session.focus if name in known)
    return chosen or (known if len(known) <= FEW else known[:1])
