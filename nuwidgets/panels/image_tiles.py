"""The views of the image panel: one for each dataset, or for each band of each, or in turn."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.base import close_all
from nuwidgets.panels.image_looks import own_limits
from nuwidgets.panels.image_overlays import detectors, marks, off_axis, read_out
from nuwidgets.panels.view_links import ViewLinks, rescaled
from nuwidgets.widgets.image_view import WCS_KEYS, ImageView

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.image import Image
    from nuwidgets.panels.image import ImagePanel

TILE_PX = 300
"""Width of each of several tiles."""
BLINK_S = 0.7
"""A band is shown so long in turn."""


@dataclass(eq=False)
class Tile:
    """One view with the line above it."""

    key: str
    """Under which its looks are remembered."""
    view: ImageView
    """The image."""
    head: w.HTML
    """Dataset and band."""
    box: w.VBox
    """Both."""


class ImageTiles:
    """Draws the images of a panel's datasets in views, and what lies over them.

    Parameters
    ----------
    panel : ImagePanel
        Has the datasets, their looks, the desk of the regions, and says what is shown.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self.tiles: dict[str, list[Tile]] = {name: [] for name in panel.datasets}
        self.drawn: dict[str, Image] = {}
        self._blinks = panel.shown.blinks
        self.links = ViewLinks()
        panel.ends.append(self.links.close)
        self.box = w.HBox().add_class("nuw-tiles")
        for name in panel.datasets:
            self._fit(name, 1)
        self._arrange()

    @property
    def views(self) -> dict[str, ImageView]:
        """The first view of each dataset."""
        return {name: tiles[0].view for name, tiles in self.tiles.items()}

    def draw(self, name: str) -> None:
        """Show the step's image; colours and view stay as a hand has set them."""
        image, old = self._panel.datasets[name].image.product, self.drawn.get(name)
        blinks = self._panel.shown.blinks
        if image is None or (image is old and blinks == self._blinks):
            return
        n_tiles = 1 if blinks else 1 + len(image.tiles)
        anew = old is not None and (old.binning, old.frame) != (image.binning, image.frame)
        anew = anew or n_tiles != len(self.tiles[name])
        if anew and any(tile.view.dragging for tile in self.tiles[name]):
            return  # the hand counts in the pixels that are shown; drawn when it lets go
        self.drawn[name] = image
        self.links.close()
        if n_tiles != len(self.tiles[name]):
            self._fit(name, n_tiles)
            self._arrange()
        for number in range(n_tiles):
            self._paint(name, number, old)
        self._panel.desk.draws(name, image.binning, sky=image.frame == "sky")
        self.decorate(name)
        self._link()

    def draw_all(self) -> None:
        """Show all images as they are now to be shown: as tiles, or in turn."""
        for name in self.tiles:
            self.draw(name)
        self._blinks = self._panel.shown.blinks

    def _paint(self, name: str, number: int, old: Image | None) -> None:
        """Put one band, or all in turn, into a view."""
        panel, image, tile = self._panel, self.drawn[name], self.tiles[name][number]
        view, planes, blinks = tile.view, planes_of(image), panel.shown.blinks and image.tiles
        with panel.looks.drawing(tile.key, image, blinks=bool(blinks)), view.hold_sync():
            look = self._look(name, number, old)
            label, values = planes[number]
            limits = panel.looks.limits(tile.key, view, values, image.unit)
            if blinks:
                rest = [(band, one, own_limits(one, image.unit)) for band, one in planes[1:]]
                view.set_frames([(label, values, limits), *rest])
            else:
                view.set_image(values, limits)
            view.blink_s = BLINK_S if blinks else 0.0
            view.wcs = {n: getattr(image.plane, n) for n in WCS_KEYS} if image.plane else {}
            view.unit, view.view = image.unit, look
            what = "Image" if image.frame == "sky" else "Image in detector pixels"
            view.alt = f"{what} of {name}, {label}, {image.unit}"
        words = label if len(planes) > 1 and not blinks else ""
        tile.head.value = f"<b>{html.escape(name)}</b> {html.escape(words)}"

    def _look(self, name: str, number: int, old: Image | None) -> dict[str, float]:
        """Give the part that is seen: as it was, or as that of the first tile."""
        image, view = self.drawn[name], self.tiles[name][0].view
        if number:
            return dict(view.view)
        if old is not None and old.frame == image.frame:
            return rescaled(dict(view.view), old.binning, image.binning)
        dataset, plane = self._panel.datasets[name], self._panel.desk.plane(name)
        return self._panel.looks.look(name, dataset, image, plane)

    def decorate(self, name: str) -> None:
        """Draw what lies over the images of a dataset."""
        image, panel = self.drawn.get(name), self._panel
        if image is None:
            return
        dataset, shown = panel.datasets[name], panel.shown
        geometry = dataset.geometry.product
        overlays: list[dict[str, Any]] = []
        if geometry is not None and shown.on("detectors"):
            overlays += detectors(geometry, image)
        if geometry is not None and shown.on("off-axis"):
            overlays += off_axis(geometry, image)
        new = {
            "overlays": overlays,
            "markers": marks(dataset.image.markers, image),
            "show": shown.for_view(),
            "detector": {} if geometry is None else read_out(geometry, image),
        }
        for tile in self.tiles[name]:
            for trait, value in new.items():
                if getattr(tile.view, trait) != value:
                    setattr(tile.view, trait, value)

    def decorate_all(self) -> None:
        """Draw what lies over all images."""
        for name in self.tiles:
            self.decorate(name)

    def _link(self) -> None:
        """Look at all views together once they are there, with pixels of one size."""
        pixels = {(image.binning, image.frame) for image in self.drawn.values()}
        if len(self.drawn) == len(self.tiles) and len(pixels) == 1:
            self.links.join([tile.view for tiles in self.tiles.values() for tile in tiles])

    def _fit(self, name: str, n_tiles: int) -> None:
        """Make tiles, or let some go, until there are so many."""
        tiles = self.tiles[name]
        while len(tiles) > n_tiles:
            gone = tiles.pop()
            self._panel.desk.drop_view(name, gone.view)
            close_all([gone.box])
        while len(tiles) < n_tiles:
            tiles.append(self._tile(name, len(tiles)))
        for tile in tiles:
            size = self._panel.options["size"] if n_tiles == 1 else TILE_PX
            tile.view.width = tile.view.height = size
            tile.box.layout.width = f"{size + 4}px"
            (tile.box.remove_class if n_tiles == 1 else tile.box.add_class)("nuw-tile")

    def _tile(self, name: str, number: int) -> Tile:
        panel, first = self._panel, self.tiles[name][0].view if number else None
        view = ImageView(can_delete=True)
        if first is not None:
            view.colormap, view.stretch = first.colormap, first.stretch
        view.hear = panel.door.hear
        behind(panel.door, view)
        key = f"{name} {number + 1}" if number else name
        panel.looks.take(key, view)
        panel.desk.take_view(name, view)
        head = w.HTML(f"<b>{html.escape(name)}</b>").add_class("nuw-tile-head")
        return Tile(key, view, head, w.VBox([head, view]))

    def _arrange(self) -> None:
        """Put the same band of all datasets side by side, band after band."""
        old = self.box.children
        most = max((len(tiles) for tiles in self.tiles.values()), default=0)
        rows = [[t[k].box for t in self.tiles.values() if k < len(t)] for k in range(most)]
        self.box.children = [w.HBox(row).add_class("nuw-row") for row in rows]
        for row in old:
            row.children = ()
        close_all(old)


def planes_of(image: Image) -> list[tuple[str, NDArray[Any]]]:
    """Give the bands of an image, as words, with their values."""
    request = image.request
    bands = (request.band, *request.bands) if request else ()
    words = [str(band) for band in bands] or [""]
    return list(zip(words, (image.counts, *image.tiles), strict=False))
