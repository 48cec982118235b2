"""The image panel: images side by side, with regions that a hand moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.panels.base import Panel
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.image_bands import BandRow
from nuwidgets.panels.image_export import ImageExport
from nuwidgets.panels.image_looks import ImageLooks
from nuwidgets.panels.image_more import ImageMore
from nuwidgets.panels.image_shown import ImageShown
from nuwidgets.panels.image_style import IMAGE_STYLE
from nuwidgets.panels.image_tiles import ImageTiles
from nuwidgets.panels.onlooking import look_at
from nuwidgets.panels.region_desk import RegionDesk

if TYPE_CHECKING:
    from nuwidgets.dataset import EventDataset
    from nuwidgets.session import Session
    from nuwidgets.widgets.image_view import ImageView


class ImagePanel(Panel):
    """Images of the session's event files; drag the regions and everything follows.

    Parameters
    ----------
    session : Session
        Its event datasets are shown side by side.
    size : int
        Width and height of each image, CSS pixels.
    """

    def __init__(self, session: Session, *, size: int = 380) -> None:
        super().__init__(session, "Image and regions", size=size)

    def build(self) -> None:
        """Make an image for each event dataset of now, and the controls they share."""
        self.datasets = event_datasets(self)
        found = list(self.datasets.values())
        if not found:
            return
        self.looks, self.desk = ImageLooks(self), RegionDesk(self, self.datasets)
        self.shown = ImageShown(self)
        self.tiles = ImageTiles(self)
        self.bands, self.more, self.export = BandRow(self), ImageMore(self), ImageExport(self)
        below = w.HBox([self.shown.row, self.export.row]).add_class("nuw-row")
        made = self.bands.row, self.more.row, self.more.fold
        style = w.HTML(IMAGE_STYLE, layout=w.Layout(display="none"))
        self.fill(style, *made, self.tiles.box, below, self.shown.note, self.desk.box)
        self.follow(*(step for d in found for step in (d.image, d.regions)))
        steps = [d.regions for d in found], [d.image for d in found], [d.exposure for d in found]
        self.head.serve(*(step for kind in steps for step in kind))
        look_at(self, *(d.geometry for d in found))
        for dataset in found:
            self._follow_images(dataset)
        self.desk.start(self.tiles.draw)

    def _follow_images(self, dataset: EventDataset) -> None:
        draw, decorate = (partial(f, dataset.name) for f in (self._draw, self._decorate))
        self.watch(dataset.image, ["product"], draw)
        self.watch(dataset.image, ["markers"], decorate)
        self.watch(dataset.geometry, ["product", "state"], decorate)
        draw()

    def _draw(self, name: str) -> None:
        self.tiles.draw(name)
        self.shown.explain()

    def _decorate(self, name: str) -> None:
        self.tiles.decorate(name)
        self.shown.explain()

    @property
    def views(self) -> dict[str, ImageView]:
        """The first image of each dataset."""
        return self.tiles.views if self.datasets else {}
