"""The image panel: counts images side by side, with regions that a hand moves."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, unbinned
from nuwidgets.domain.region import Region, to_sky
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes
from nuwidgets.panels.image_looks import ImageLooks
from nuwidgets.panels.region_codec import merged, to_view
from nuwidgets.panels.region_files import ROLES, RegionFiles
from nuwidgets.panels.region_form import RegionForm
from nuwidgets.panels.view_links import ViewLinks, rescaled
from nuwidgets.widgets.image_view import WCS_KEYS, ImageView

if TYPE_CHECKING:
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.session import Session


class ImagePanel(Panel):
    """Images of the session's event files; drag the regions and everything follows.

    Parameters
    ----------
    session : Session
        Its event datasets are shown side by side.
    size : int
        Width and height of each image, CSS pixels.
    """

    def __init__(self, session: Session, *, size: int = 400) -> None:
        super().__init__(session, "Image and regions", size=size)

    def build(self) -> None:
        """Make an image for each event dataset of now, and the controls they share."""
        found = [d for d in self.session.datasets.values() if isinstance(d, EventDataset)]
        self._datasets = {d.name: d for d in found}
        self._pulling, self._held = False, set[str]()
        self._drawn: dict[str, Image] = {}
        self.looks = ImageLooks(self)
        self.views = {d.name: self._view(d) for d in found}
        self.notes = {d.name: w.HTML().add_class("nuw-note") for d in found}
        for note in self.notes.values():
            note.layout.height = "58px"  # two lines, whether they are there or not
        self._together = ViewLinks(tuple(self.views.values()))
        self._ends += [self._together.close, self._let_all_go]
        if not found:
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        self.form, self.files = RegionForm(self), RegionFiles(self)
        body = self._band_row(), self._images(), self._tools(), self.form.box, self.files.note
        self.fill(*body)
        self.follow(*(step for d in found for step in (d.image, d.regions)))
        self.head.serve(*(d.regions for d in found), *(d.image for d in found))
        for dataset in found:
            self.watch(dataset.events, ["product"], partial(self._pull, dataset))
            self.watch(dataset.image, ["product"], partial(self._draw, dataset))
            self.watch(dataset.regions, ["source", "background"], partial(self._pull, dataset))
            self.watch(dataset.regions, ["product", "state"], partial(self._count, dataset))
            self._show(dataset)

    def _view(self, dataset: EventDataset) -> ImageView:
        size = self.options["size"]
        view = ImageView(width=size, height=size, can_delete=True)
        view.alt = f"Counts image of {dataset.name} with its source and background region"
        behind(self.door, view)
        self.looks.take(dataset.name, view)
        view.observe(partial(self._moved, dataset.name), "regions")
        view.observe(partial(self._dragged, dataset.name), "dragging")
        return view

    def _images(self) -> w.Widget:
        width = f"{self.options['size'] + 4}px"
        columns = [
            w.VBox([w.HTML(f"<b>{html.escape(n)}</b>"), view, self.notes[n]])
            for n, view in self.views.items()
        ]
        for column in columns:
            column.layout.width = width
        return w.HBox(columns).add_class("nuw-row")

    def _band_row(self) -> w.Widget:
        steps = [d.image for d in self._datasets.values()]
        lo, hi = band_boxes(self, steps, "Energy [keV]", 's.datasets["…"].image.band = (3, 79)')
        self.together = w.Checkbox(
            value=self.session.views.get("image", {}).get("together", True),
            indent=False,
            description="same regions on all",
            tooltip="Moving a region in one image moves it in all of them",
            layout=w.Layout(width="auto"),
        )
        behind(self.door, self.together)
        self.together.observe(lambda c: self.session.view("image", together=c["new"]), "value")
        return w.HBox([lo, hi, self.together]).add_class("nuw-row")

    def _tools(self) -> w.Widget:
        buttons = (
            ("+ circle", "Add a circle to the chosen region", partial(self._new, "circle")),
            ("+ annulus", "Add an annulus to the chosen region", partial(self._new, "annulus")),
        )
        made = [self.button(*button) for button in buttons]
        row = [self.files.role, *made, self.files.file, *self.files.buttons]
        return w.HBox(row).add_class("nuw-row")

    def plane(self, name: str) -> TangentPlane | None:
        """Give the sky coordinates of a dataset's pixels, where it has any."""
        events = self._datasets[name].events.product
        return events.plane if events is not None else None

    def first(self) -> EventDataset:
        """Give the dataset whose numbers the form shows."""
        return next(iter(self._datasets.values()))

    def targets(self, name: str) -> list[EventDataset]:
        """Give the datasets that a change in one image is for."""
        together = self.together.value and self.plane(name) is not None
        if not together:
            return [self._datasets[name]]
        return [d for d in self._datasets.values() if self.plane(d.name) is not None]

    def put(self, name: str, role: str, region: Region) -> None:
        """Set a region of a dataset, and of all others that go with it."""
        for dataset in self.targets(name):
            setattr(dataset.regions, role, region)

    def _moved(self, name: str, change: Any) -> None:
        self.door.do(self.guard, self._push, name, change["new"])

    def _push(self, name: str, items: list[dict[str, Any]]) -> None:
        view = self.views[name]
        if self._pulling or items != view.regions:
            return
        step, plane, binning = self._datasets[name].regions, self.plane(name), self._binning(name)
        for role in ROLES:
            region = merged(getattr(step, role), items, role, plane, binning)
            if region != getattr(step, role):
                self.put(name, role, region)
        self.say("")

    def _dragged(self, name: str, change: Any) -> None:
        self.door.do(self.guard, self._hold if change["new"] else self._release, name)

    def _hold(self, name: str) -> None:
        """Begin a drag: one change, however many messages it is."""
        if name not in self._held:
            self._held.add(name)
            self.session.edits.begin()

    def _release(self, name: str) -> None:
        """End a drag, when its last message has been taken in whole."""
        if name in self._held:
            self._held.remove(name)
            self.door.promise(self.session.edits.end)
        if name in self._datasets:
            self._show(self._datasets[name])

    def _let_all_go(self) -> None:
        for _name in self._held:
            self.session.edits.end()
        self._held.clear()

    def _show(self, dataset: EventDataset) -> None:
        self._draw(dataset)
        self._pull(dataset)
        self._count(dataset)

    def _pull(self, dataset: EventDataset) -> None:
        """Show the step's regions in its image."""
        view, step, plane = self.views[dataset.name], dataset.regions, self.plane(dataset.name)
        if dataset.events.product is None or view.dragging:
            return
        binning = self._binning(dataset.name)
        regions = {role: getattr(step, role) for role in ROLES}
        items = [i for role, r in regions.items() for i in to_view(r, role, plane, binning)]
        self._pulling = True
        try:
            view.regions = items
        finally:
            self._pulling = False
        if dataset is self.first():
            self.form.show()

    def _draw(self, dataset: EventDataset) -> None:
        """Show the step's image; colours and view stay as a hand has set them."""
        name, image = dataset.name, dataset.image.product
        view, old = self.views[name], self._drawn.get(name)
        if image is None or image is old:
            return
        rebinned = old is not None and old.binning != image.binning
        if rebinned and view.dragging:
            return  # the hand counts in the pixels that are shown; drawn when it lets go
        self._drawn[name] = image
        self._together.part(self._drawn.values())
        with self.looks.drawing(name, image), view.hold_sync():
            look = dict(view.view) if old else self.looks.look(dataset, image, self.plane(name))
            view.set_image(image.counts, self.looks.limits(name, view, image))
            view.wcs = {n: getattr(image.plane, n) for n in WCS_KEYS} if image.plane else {}
            view.view = rescaled(look, old.binning, image.binning) if old else look
        if rebinned:
            self._pull(dataset)
        self._together.join(self._drawn.values())

    def _binning(self, name: str) -> int:
        """Give the sky pixels per pixel of the image that is shown."""
        return self._drawn[name].binning if name in self._drawn else 1

    def _count(self, dataset: EventDataset) -> None:
        step, note = dataset.regions, self.notes[dataset.name]
        if step.state is State.FAILED:
            note.value = ""
        if step.product is None or not self.calm(step):
            return
        cuts = {"source": step.product.source, "background": step.product.background}
        lines = [
            f"{role} {cut.n_events:,} counts in {cut.n_pixels:,} px"
            for role, cut in cuts.items()
            if cut is not None
        ]
        note.value = "<br>".join(lines)

    def _new(self, kind: str) -> None:
        name, role = self.first().name, self.files.role.value
        if name not in self._drawn:
            raise InputError("Cannot place a shape: there is no image yet. Compute it first.")
        view, plane, binning = self.views[name], self.plane(name), self._binning(name)
        n_y, n_x = view.shape
        middle = view.view.get("x", (n_x - 1) / 2), view.view.get("y", (n_y - 1) / 2)
        radius, inner, outer = (n / binning for n in (30.0, 40.0, 80.0))
        circle, ring = PixelCircle(*middle, radius), PixelAnnulus(*middle, inner, outer)
        pixel = unbinned(circle if kind == "circle" else ring, binning)
        shape = to_sky(pixel, plane) if plane else pixel
        old = getattr(self.first().regions, role)
        self.put(name, role, Region((*old.shapes, shape)))
