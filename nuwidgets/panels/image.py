"""The image panel: counts images side by side, with regions that a hand moves."""

from __future__ import annotations

import html
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle
from nuwidgets.domain.region import Region, to_sky
from nuwidgets.errors import InputError
from nuwidgets.files.regions import read_regions, write_regions
from nuwidgets.panels.base import Panel
from nuwidgets.panels.history import History
from nuwidgets.panels.region_codec import merged, to_view
from nuwidgets.panels.region_form import RegionForm
from nuwidgets.widgets.image_view import ImageView

if TYPE_CHECKING:
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.session import Session

ROLES = ("source", "background")
FIELD_PIXELS = 380.0
"""Width of the part of the sky first shown, pixels: NuSTAR's field and a little around."""


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
        super().__init__(session, "Image and regions")
        found = [d for d in session.datasets.values() if isinstance(d, EventDataset)]
        self._datasets = {d.name: d for d in found}
        self._pulling = self._moving = False
        self._drawn: dict[str, Any] = {}
        self.views = {d.name: self._view(d, size) for d in found}
        self.notes = {d.name: w.HTML().add_class("nuw-note") for d in found}
        self.together = w.Checkbox(
            value=True,
            indent=False,
            description="same regions on all",
            tooltip="Moving a region in one image moves it in all of them",
            layout=w.Layout(width="auto"),
        )
        self.history = History(self._snapshot, self._restore)
        self.form = RegionForm(self)
        if not found:
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        columns = [
            w.VBox(
                [w.HTML(f"<b>{html.escape(n)}</b>"), self.views[n], self.notes[n]],
                layout=w.Layout(width=f"{size + 4}px"),
            )
            for n in self._datasets
        ]
        self.fill(
            self._band_row(),
            w.HBox(columns).add_class("nuw-row"),
            self._tools(),
            self.form.box,
        )
        for name in list(self.views)[1:]:  # pan and zoom together, in the browser
            link = w.jslink((self.views[found[0].name], "view"), (self.views[name], "view"))
            self._ends.append(link.close)
        self.follow(*(step for d in found for step in (d.image, d.regions)))
        for dataset in found:
            self.watch(dataset.image, ["product"], partial(self._draw, dataset))
            self.watch(dataset.regions, ["source", "background"], partial(self._pull, dataset))
            self.watch(dataset.regions, ["product"], partial(self._count, dataset))
            self.door.do(self.guard, self._show, dataset)

    def _view(self, dataset: EventDataset, size: int) -> ImageView:
        view = ImageView(width=size, height=size, can_delete=True)
        view.alt = f"Counts image of {dataset.name} with its source and background region"
        behind(self.door, view)
        view.observe(partial(self._moved, dataset.name), "regions")
        view.observe(partial(self._dragged, dataset.name), "dragging")
        return view

    def _band_row(self) -> w.Widget:
        steps = [d.image for d in self._datasets.values()]
        lo = w.FloatText(description="Energy [keV]", layout=w.Layout(width="160px"))
        hi = w.FloatText(description="to", layout=w.Layout(width="100px"))
        lo.style.description_width, hi.style.description_width = "86px", "20px"
        for box, field in ((lo, "lo_kev"), (hi, "hi_kev")):
            box.tooltip = 's.datasets["…"].image.band = (3, 79)'
            for step in steps:
                self.tie(box, step, "band", field=field)
        return w.HBox([lo, hi, self.together]).add_class("nuw-row")

    def _tools(self) -> w.Widget:
        self.file = w.Text(
            value="source.reg",
            placeholder="region file",
            tooltip="DS9 region file to load or save",
            layout=w.Layout(width="180px"),
        )
        behind(self.door, self.file)
        self.role = w.Dropdown(
            options=ROLES, tooltip="Which region", layout=w.Layout(width="120px")
        )
        behind(self.door, self.role)
        buttons = (
            ("+ circle", "Add a circle to the chosen region", partial(self._new, "circle")),
            ("+ annulus", "Add an annulus to the chosen region", partial(self._new, "annulus")),
            ("Undo", "Take back the last change of a region", self.history.undo),
            ("Load .reg", 'regions.source = nw.read_regions("source.reg")', self._load),
            ("Save .reg", 'nw.write_regions("source.reg", regions.source)', self._save),
        )
        made = [self.button(*button) for button in buttons]
        return w.HBox([self.role, *made[:3], self.file, *made[3:]]).add_class("nuw-row")

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
        return list(self._datasets.values()) if together else [self._datasets[name]]

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
        if not self._moving:  # a drag is one change, however many messages it is
            self.history.remember()
        self._moving = view.dragging
        step, plane = self._datasets[name].regions, self.plane(name)
        for role in ROLES:
            region = merged(getattr(step, role), items, role, plane)
            if region != getattr(step, role):
                self.put(name, role, region)
        self.say("")

    def _dragged(self, name: str, change: Any) -> None:
        if not change["new"]:
            self._moving = False
            self.door.do(self._pull, self._datasets[name])

    def _show(self, dataset: EventDataset) -> None:
        self._draw(dataset)
        self._pull(dataset)
        self._count(dataset)

    def _pull(self, dataset: EventDataset) -> None:
        """Show the step's regions in its image."""
        view, step, plane = self.views[dataset.name], dataset.regions, self.plane(dataset.name)
        if dataset.events.product is None or view.dragging:
            return
        items = [item for role in ROLES for item in to_view(getattr(step, role), role, plane)]
        self._pulling = True
        try:
            view.regions = items
        finally:
            self._pulling = False
        if dataset is self.first():
            self.form.show()

    def _draw(self, dataset: EventDataset) -> None:
        image, view = dataset.image.product, self.views[dataset.name]
        if image is None or self._drawn.get(dataset.name) is image:
            return
        self._drawn[dataset.name] = image
        top = float(image.counts.max()) if image.counts.size else 0.0
        first = not view.image
        view.set_image(image.counts, (0.0, max(top, 1.0)))
        plane = image.plane
        names = ("ra_ref_deg", "dec_ref_deg", "x_ref", "y_ref", "x_step_deg", "y_step_deg")
        view.wcs = {n: getattr(plane, n) for n in names} if plane else {}
        if first:
            view.view = self._first_view(dataset)

    def _first_view(self, dataset: EventDataset) -> dict[str, float]:
        n_y, n_x = dataset.events.product.shape
        shapes = dataset.regions.source.to_pixel(self.plane(dataset.name)).shapes
        at = (shapes[0].x, shapes[0].y) if shapes and isinstance(shapes[0].x, float) else None
        x, y = at or ((n_x - 1) / 2, (n_y - 1) / 2)
        return {"x": x, "y": y, "zoom": max(1.0, max(n_x, n_y) / FIELD_PIXELS)}

    def _count(self, dataset: EventDataset) -> None:
        product, note = dataset.regions.product, self.notes[dataset.name]
        if product is None or not self.calm(dataset.regions):
            return
        parts = []
        for role, cut in (("source", product.source), ("background", product.background)):
            if cut is not None:
                parts.append(f"{role} {cut.n_events:,} in {cut.n_pixels:,} px")
        note.value = html.escape("counts: " + " · ".join(parts))

    def _snapshot(self) -> Any:
        return {n: (d.regions.source, d.regions.background) for n, d in self._datasets.items()}

    def _restore(self, snapshot: Any) -> None:
        for name, (source, background) in snapshot.items():
            step = self._datasets[name].regions
            step.source, step.background = source, background

    def _new(self, kind: str) -> None:
        name, role = self.first().name, self.role.value
        events, plane = self.first().events.product, self.plane(name)
        view = self.views[name].view or {}
        x = view.get("x", (events.shape[1] - 1) / 2)
        y = view.get("y", (events.shape[0] - 1) / 2)
        pixel = PixelCircle(x, y, 30.0) if kind == "circle" else PixelAnnulus(x, y, 40.0, 80.0)
        shape = to_sky(pixel, plane) if plane else pixel
        self.history.remember()
        old = getattr(self.first().regions, role)
        self.put(name, role, Region((*old.shapes, shape)))

    def _path(self) -> Path:
        if not self.file.value.strip():
            raise InputError("Cannot load or save a region: no file is named. Type its name.")
        return Path(self.file.value.strip()).expanduser()

    def _load(self) -> None:
        name = self.first().name
        region = read_regions(self._path(), self.plane(name))
        self.history.remember()
        self.put(name, self.role.value, region)
        self.say(f"{self.role.value} region read from {self._path().name}")

    def _save(self) -> None:
        region = getattr(self.first().regions, self.role.value)
        frame = "fk5" if self.plane(self.first().name) else "physical"
        write_regions(self._path(), region, frame=frame, overwrite=True)
        self.say(f"{self.role.value} region written to {self._path().name}")
