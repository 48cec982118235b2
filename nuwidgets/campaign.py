"""Many observations of one source: regions they share, and which of them are looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.core.links import judged_once
from nuwidgets.dataset import EventDataset
from nuwidgets.errors import InputError, nearest
from nuwidgets.fitting import fit_steps
from nuwidgets.steps.longterm import LongTermStep
from nuwidgets.steps.shared_regions import SharedRegionsStep, on_sky
from nuwidgets.steps.thumbnails import ThumbnailsStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.core.door import Door
    from nuwidgets.core.live import Live
    from nuwidgets.core.onlookers import Onlookers
    from nuwidgets.core.step import Step
    from nuwidgets.dataset import Dataset
    from nuwidgets.engines.base import Solve
    from nuwidgets.steps.series import SeriesStep

__all__ = [
    "CAMPAIGN",
    "LongTermStep",
    "SharedRegionsStep",
    "Sharing",
    "ThumbnailsStep",
    "campaign_steps",
    "look_at",
    "seen",
    "share_regions",
    "span",
]

CAMPAIGN: dict[str, type[Step[Any, Any]]] = {
    "shared": SharedRegionsStep,
    "longterm": LongTermStep,
    "thumbnails": ThumbnailsStep,
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
    series: SeriesStep
    thumbnails: ThumbnailsStep
    focus: Any
    onlookers: Onlookers
    live: Live

    def observe(self, handler: Any, names: Any) -> None:
        """Be told of changes."""

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
        self._ends: dict[Dataset, Callable[[], object]] = {}
        session.shared.among(lambda: [one.name for one in event_files(session)])
        session.shared.observe(self._shared_changed, list(ROLES))
        session.shared.observe(self._joined, "apart")
        session.observe(lambda _change: turn_to(session), "focus")

    def welcome(self, dataset: Dataset) -> None:
        """Give a new observation the shared regions, and follow it. Behind the door."""
        if not isinstance(dataset, EventDataset):
            return
        if self.follows(dataset):
            self._push((dataset,))
        follow = partial(self._region_changed, dataset)
        dataset.regions.observe(follow, list(ROLES))
        self._ends[dataset] = partial(dataset.regions.unobserve, follow, list(ROLES))

    def forget(self, dataset: Dataset) -> None:
        """Follow an observation no more; another may take its name. Behind the door."""
        self._ends.pop(dataset, lambda: None)()
        session, name = self._session, dataset.name
        session.shared.apart = tuple(one for one in session.shared.apart if one != name)
        if name in session.focus:
            _look_at(session, tuple(one for one in session.focus if one != name))

    def follows(self, dataset: EventDataset) -> bool:
        """Whether an observation has the shared regions."""
        return self._session.shared.on and not self.is_apart(dataset)

    def is_apart(self, dataset: EventDataset) -> bool:
        """Whether an observation has regions of its own."""
        return dataset.name in self._session.shared.apart

    def _others(self, dataset: EventDataset) -> dict[str, Any]:
        """Give the regions that are shared where an observation has others, by role."""
        found = {role: getattr(self._session.shared, role) for role in ROLES}
        return {r: v for r, v in found.items() if v and getattr(dataset.regions, r) != v}

    def _push(self, datasets: Iterable[EventDataset]) -> None:
        """Give observations the shared regions."""
        changes = {d: others for d in datasets if (others := self._others(d))}
        with judged_once([d.regions for d in changes]):
            for dataset, others in changes.items():
                for role, region in others.items():
                    setattr(dataset.regions, role, region)

    def _shared_changed(self, _change: object) -> None:
        if self._session.shared.on:
            self._push(d for d in event_files(self._session) if not self.is_apart(d))

    _joined = _shared_changed

    def _region_changed(self, dataset: EventDataset, _change: object) -> None:
        """Set an observation apart whose region was changed by itself.

        Several that got the same ones in one change, as by going back in the history, share them.
        """
        shared = self._session.shared
        if not (self.follows(dataset) and self._others(dataset)):
            return
        followers = (one for one in event_files(self._session) if self.follows(one))
        moved = [own for one in followers if (own := self._own(one))]
        if len(moved) > 1 and all(own == moved[0] for own in moved) and _shareable(moved[0]):
            for role, region in moved[0].items():
                setattr(shared, role, region)
        else:
            shared.apart = (*shared.apart, dataset.name)

    def _own(self, dataset: EventDataset) -> dict[str, Any]:
        """Give the regions of an observation where others are shared, by role."""
        return {role: getattr(dataset.regions, role) for role in self._others(dataset)}


def _shareable(regions: dict[str, Any]) -> bool:
    """Whether regions mean the same place in every observation."""
    return all(region and on_sky(region) for region in regions.values())


def event_files(session: Campaign) -> list[EventDataset]:
    """Give the datasets with events. Behind the door."""
    return [d for d in session.datasets.values() if isinstance(d, EventDataset)]


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
    known = {d.name: d for d in event_files(session)}
    if name not in known:
        raise InputError(f"No event file {name!r} here. {nearest(name, known)}")
    regions = known[name].regions
    source, background = regions.source, regions.background
    session.shared.apart = tuple(n for n in session.shared.apart if n != name)
    session.shared.background = background
    session.shared.source = source


def span(session: Campaign) -> None:
    """Let what follows the source over all observations know of those of now. Behind the door."""
    for first in event_files(session)[:1]:
        band = first.image.usual["band"]  # that of its mission
        session.longterm.suggest(band=band)
        session.series.suggest(band=band)
    session.longterm.span({d.name: d.regions for d in event_files(session)})
    session.thumbnails.span({d.name: d.image for d in event_files(session)})
    turn_to(session)


def turn_to(session: Campaign) -> None:
    """Let what is looked at follow first. Behind the door.

    Of more than a few observations those that nobody looks at follow when the hand rests; their
    images and light curves only while a panel shows them, or by `run()`.
    """
    every = event_files(session)
    near = seen(session, [d.name for d in every])
    far = [d for d in every if d.name not in near] if len(every) > FEW else []
    session.live.put_off(step for d in far for step in d.live_steps)
    session.onlookers.turn_from(step for d in far for step in (d.image, d.lightcurve))


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
