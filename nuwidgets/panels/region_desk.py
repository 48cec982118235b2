"""The region desk of the image panel: which regions there are, and what is done with them."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.named_regions import ROLES
from nuwidgets.panels import region_stack as stacks
from nuwidgets.panels.region_acts import RegionActs
from nuwidgets.panels.region_counts import CountsTable
from nuwidgets.panels.region_files import RegionFiles
from nuwidgets.panels.region_form import RegionForm
from nuwidgets.panels.region_hands import RegionHands
from nuwidgets.panels.region_list import RegionList
from nuwidgets.panels.region_names import RegionNames
from nuwidgets.panels.region_sharing import RegionSharing
from nuwidgets.panels.region_tools import RegionTools
from nuwidgets.panels.region_unit_choice import UnitChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.region_stack import Stack
    from nuwidgets.widgets.image_view import ImageView


class RegionDesk:
    """Regions of datasets that are seen in image views: hands, list, numbers, counts, files.

    Parameters
    ----------
    panel : Panel
        Says what went wrong; what a hand changes is undone by its head.
    datasets : dict
        Datasets with events by name, at least one.
    """

    def __init__(self, panel: Panel, datasets: dict[str, EventDataset]) -> None:
        self.panel, self.datasets, self.session = panel, datasets, panel.session
        self.current = next(iter(datasets))
        """Name of the dataset whose shapes are listed."""
        self.role = "source"
        """Name of the region that new shapes come into."""
        self.chosen: tuple[str, ...] = ()
        """Ids of the chosen shapes, as `region_stack` counts them."""
        self.units, self.acts, self.hands = UnitChoice(self), RegionActs(self), RegionHands(self)
        self.together, self.tools = self._together(), RegionTools(self)
        self.sharing = RegionSharing(self)
        self.list, self.form, self.names = RegionList(self), RegionForm(self), RegionNames(self)
        self.counts, self.files = CountsTable(self), RegionFiles(self)
        self.more = panel.button("", "Show or hide names and files", self._toggle)
        self.more.add_class("nuw-fold")
        self.folded = w.VBox([self.names.box, self.files.box])
        self.box = self._arranged()
        self._show_more()

    def _arranged(self) -> w.Widget:
        self.act_buttons = self.acts.buttons()
        acts = w.HBox(self.act_buttons).add_class("nuw-desk-acts")
        left = w.VBox([self.list.rows, acts]).add_class("nuw-desk-list")
        right = w.VBox([self.units.box, self.form.box]).add_class("nuw-desk-numbers")
        desk = w.HBox([left, right]).add_class("nuw-desk")
        foot = w.HBox([self.together, self.sharing.box, self.more]).add_class("nuw-row")
        said = self.files.warned, self.files.note
        return w.VBox([self.tools.box, desk, self.counts.box, *said, foot, self.folded])

    def _together(self) -> w.Checkbox:
        box = w.Checkbox(
            value=self.session.views.get("image", {}).get("together", True),
            indent=False,
            description="same regions on all",
            tooltip="Moving a region in one image moves it in all of them",
            layout=w.Layout(width="auto"),
        )
        behind(self.panel.door, box)
        box.observe(lambda c: self.session.view("image", together=c["new"]), "value")
        return box

    def _toggle(self) -> None:
        opened = not self.session.views.get("regions", {}).get("opened", False)
        self.session.view("regions", opened=opened)
        self._show_more()

    def _show_more(self) -> None:
        opened = bool(self.session.views.get("regions", {}).get("opened", False))
        self.folded.layout.display = None if opened else "none"
        self.more.description = "Names and files " + ("▴" if opened else "▾")

    def take_view(self, name: str, view: ImageView) -> None:
        """Follow the hand in a view of a dataset, which may have several."""
        self.hands.take(name, view)

    def drop_view(self, name: str, view: ImageView) -> None:
        """Follow a view of a dataset no more."""
        self.hands.drop(name, view)

    def draws(self, name: str, binning: int, *, sky: bool = True) -> None:
        """Be told what the views of a dataset show now.

        Parameters
        ----------
        name : str
            The dataset.
        binning : int
            Sky pixels per pixel along each axis.
        sky : bool
            Whether it is the sky; on a detector no regions are drawn.
        """
        before, self.hands.drawn[name] = self.hands.drawn[name], (binning, sky)
        if before != (binning, sky):
            self.hands.show(name)

    def start(self, released: Callable[[str], object]) -> None:
        """Follow the regions of all datasets until the panel is made anew.

        Parameters
        ----------
        released : callable
            Called with the name of a dataset when a hand has let go in its views.
        """
        self.hands.released = released
        self.panel.ends.append(self.hands.let_go)
        for name, dataset in self.datasets.items():
            show = partial(self.show, name)
            self.panel.watch(dataset.events, ["product"], show)
            self.panel.watch(dataset.regions, ["source", "background", "named"], show)
            show()
        self.counts.start()
        self.sharing.start()

    def show(self, name: str) -> None:
        """Show the regions of a dataset as they are now."""
        if name == self.current:
            there = self.stack(name)
            if self.role not in there:
                self.role = ROLES[0]
                self.tools.show()
            self.chosen = tuple(stacks.found(there, self.chosen))
        try:
            self.hands.show(name)
        finally:  # what lies off this sky cannot be drawn, but be seen in the list and deleted
            if name == self.current and self.datasets[name].events.product is not None:
                self.show_current()

    def show_current(self) -> None:
        """Show list and numbers; the list waits while a hand is at it."""
        if not self.hands.dragging():
            self.list.show()
            self.names.show()
            self.files.suggest()
        self.form.show()
        self.files.warn()

    def plane(self, name: str) -> TangentPlane | None:
        """Give the sky coordinates of a dataset's pixels, where it has any."""
        events = self.datasets[name].events.product
        return events.plane if events is not None else None

    def stack(self, name: str) -> Stack:
        """Give all regions of a dataset by name."""
        step = self.datasets[name].regions
        return {**{role: step.region(role) for role in ROLES}, **step.named}

    def targets(self, name: str) -> list[EventDataset]:
        """Give the datasets that a change in one image is for, of those that are shown."""
        if self.session.shared.on:
            if self.sharing.for_all(name):
                return [d for d in self.datasets.values() if self.sharing.follows(d.name)]
            return [self.datasets[name]]
        if not (self.together.value and self.plane(name) is not None):
            return [self.datasets[name]]
        return [d for d in self.datasets.values() if self.plane(d.name) is not None]

    def put(self, name: str, role: str, region: Region) -> None:
        """Set a region of a dataset, and of all others that go with it."""
        if role in ROLES and self.sharing.for_all(name):
            self.sharing.put(name, role, region)
            return
        for dataset in self.targets(name):
            dataset.regions.put(role, region)

    def change(self, name: str, new: Stack, choose: Iterable[str] | None = None) -> None:
        """Set the regions of a dataset that are others now; choose shapes, as a deed of its own."""
        self.panel.door.do(self._change, name, new, choose)

    def _change(self, name: str, new: Stack, choose: Iterable[str] | None) -> None:
        old = self.stack(name)
        others = {role: region for role, region in new.items() if region != old.get(role)}
        if choose is None:
            self._put_all(name, others)
            return
        self.current, self.chosen = name, tuple(choose)
        with self.deed():
            self._put_all(name, others)
        self._later(partial(self.show, name))

    def _put_all(self, name: str, regions: Stack) -> None:
        for role, region in regions.items():
            self.put(name, role, region)

    @contextmanager
    def deed(self) -> Iterator[None]:
        """Make what is changed inside one change, which nothing before or after joins."""
        door, edits = self.panel.door, self.session.edits
        edits.begin()
        try:
            yield
        finally:
            door.do(door.promise, edits.end)

    def _later(self, action: Callable[[], object]) -> None:
        """Do something when all of this change is made and shown."""
        self.panel.door.do(self.panel.door.tell, partial(self.panel.guard, action))

    def chosen_in(self, name: str) -> tuple[str, ...]:
        """Give the ids of the shapes that are chosen in the views of a dataset."""
        with_it = any(d.name == name for d in self.targets(self.current))
        return self.chosen if with_it else ()

    def select(self, name: str, ids: Iterable[str]) -> None:
        """Choose shapes of a dataset, in list, numbers and images."""
        chosen = tuple(ids)
        if (name, chosen) == (self.current, self.chosen):
            return
        other, self.current, self.chosen = name != self.current, name, chosen
        if chosen:
            self.role = stacks.place_of(chosen[-1])[0]
            self.tools.show()
        self._share(other=other)

    def turn_to(self, name: str) -> None:
        """List the shapes of another dataset."""
        if name != self.current:
            self.current = name
            self.chosen = tuple(stacks.found(self.stack(name), self.chosen))
            self._share(other=True)

    def _share(self, *, other: bool) -> None:
        """Show everywhere what is chosen."""
        if other:
            self.units.turn(self.current)
            self.sharing.show()
        self.hands.mark()
        self.show_current()
        self.list.mark()

    def aim(self, role: str) -> None:
        """Let new shapes come into this region."""
        self.role = role
        self.tools.show()
        self.panel.say("")
        self._later(self.show_current)
