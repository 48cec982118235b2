"""Images as files: a figure that looks as the panel does, or FITS images with sky coordinates."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError, nearest
from nuwidgets.panels.export import ONE_FIGURE
from nuwidgets.panels.image_tiles import planes_of
from nuwidgets.panels.region_codec import from_view
from nuwidgets.panels.saving import apart, named, write_own
from nuwidgets.reports.pictures import file_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.image import Image
    from nuwidgets.figures.image_panes import Pane, Stroke
    from nuwidgets.panels.image import ImagePanel
    from nuwidgets.widgets.image_view import ImageView

FIGURES = (".png", ".pdf", ".svg")
FITS = (".fits", ".img", ".gz")
DPI = 200.0
HOW = "nuwidgets.figures.image_panes.figure_panes, nuwidgets.files.image.write_image"
ROLES = {"source": ("#5DF08A", "-"), "background": ("#8FF5DC", "--")}
"""Colour and line of the two regions that everything rests on, as on the screen."""
EXCLUDED = "#FF7A70"
OTHERS = ("#56B4E9", "#E69F00", "#CC79A7", "#F0E442", "#0072B2", "#D55E00")
"""Of further regions, in turn (Okabe & Ito 2008)."""
STYLES = {
    "detector": ("#56B4E9", "-", 0.8),
    "gap": ("#56B4E9", "-", 0.3),
    "contour": ("#F0E442", ":", 0.7),
    "axis": ("#F0E442", "-", 0.8),
    "psf": ("#CC79A7", "--", 0.8),
}
"""Colour, line and width of what lies over an image."""


@dataclass(frozen=True, eq=False)
class Frozen:
    """What one view shows now, taken out of the widgets."""

    image: Image
    """The product."""
    number: int
    """Which of its bands."""
    name: str
    """The dataset."""
    traits: dict[str, Any]
    """Of the view."""
    pointing: Pointing
    """Who looked at what."""
    times_s: tuple[float, float] | None = None
    """Good time and live time, s, where the events are there."""


class ImageExport:
    """A box for a file name, whose ending says what is written, and a button.

    Parameters
    ----------
    panel : ImagePanel
        Its images are written.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        tip = "png, pdf or svg: as on the screen; fits: the values with sky coordinates"
        self.file = w.Text(value="image.pdf", tooltip=tip, layout=w.Layout(width="150px"))
        behind(panel.door, self.file)
        self.note = w.HTML().add_class("nuw-note")
        button = panel.button("Save images", HOW, self.save)
        self.row = w.HBox([self.file, button, self.note]).add_class("nuw-row")

    def save(self) -> None:
        """Write what is shown now."""
        self.note.value = ""
        path = named(self.file.value, "image")
        kind = path.suffix.lower()
        if kind not in (*FIGURES, *FITS):
            raise InputError(
                f"Cannot write the images to {path.name!r}: its ending {kind!r} is no known format."
                f" {nearest(kind, [*FIGURES, '.fits'])}"
            )
        taken = self._taken()
        if not taken:
            raise InputError("Cannot write the images: there is none yet. Wait for the first one.")
        write = _write_figure if kind in FIGURES else _write_fits
        own = partial(write_own, self._panel)
        apart(self._panel, partial(write, path, taken, own), self._written)

    def _written(self, paths: list[Path]) -> None:
        self._panel.say("")
        names = ", ".join(path.name for path in paths)
        self.note.value = html.escape(f"✓ {names}")

    def _taken(self) -> list[Frozen]:
        """Take out of the widgets what they show, the same band of all datasets side by side."""
        tiles = self._panel.tiles
        most = max(map(len, tiles.tiles.values()))
        found = []
        for number in range(most):
            for name, image in tiles.drawn.items():
                if number >= len(tiles.tiles[name]):
                    continue
                view = tiles.tiles[name][number].view
                which = view.frame if view.frames else number
                dataset = self._panel.datasets[name]
                events = dataset.screen.product
                times = None if events is None else (events.ontime_s, events.livetime_s)
                traits, pointing = _traits(view), dataset.pointing
                found.append(Frozen(image, which, name, traits, pointing, times))
        return found


def _traits(view: ImageView) -> dict[str, Any]:
    names = (
        *("regions", "overlays", "markers", "show", "view", "colormap", "stretch"),
        *("range_lo", "range_hi", "shape"),
    )
    return {name: getattr(view, name) for name in names}


def _write_figure(path: Path, taken: list[Frozen], own: Callable[..., Path]) -> list[Path]:
    """Draw the images side by side, each as it is looked at."""
    from nuwidgets.figures.image_panes import figure_panes
    from nuwidgets.figures.save import save_figure

    columns = len({one.name for one in taken}) if len(taken) > 1 else 1
    with ONE_FIGURE:
        figure = figure_panes([pane_of(one) for one in taken], columns=columns)
        return [own(path, lambda place: save_figure(figure, place, dpi=DPI))]


def _write_fits(path: Path, taken: list[Frozen], own: Callable[..., Path]) -> list[Path]:
    """Write the images of each dataset, all their bands, to a file of its own."""
    from nuwidgets.files.image import write_image

    images = {one.name: one for one in taken}
    words = file_words(tuple(images))
    written = []
    for name, one in images.items():
        mine = f"{path.stem}_{words[name]}{path.suffix}" if len(images) > 1 else path.name
        write = partial(
            write_image,
            image=one.image,
            pointing=one.pointing,
            times_s=one.times_s,
            overwrite=True,
        )
        written.append(own(path.with_name(mine), write))
    return written


def pane_of(one: Frozen) -> Pane:
    """Give an image as it is looked at, to be drawn by matplotlib."""
    from nuwidgets.figures.image_panes import Pane

    label, values = planes_of(one.image)[one.number]
    traits, show = one.traits, one.traits["show"]
    per = "counts per pixel" if one.image.unit == "counts" else one.image.unit
    extras = frozenset(name for name in ("grid", "compass", "scale") if show[name])
    axes = ("x [pixel]", "y [pixel]")
    if one.image.frame != "sky":
        axes = ("DET1 X [pixel]", "DET1 Y [pixel]")
    marks = traits["markers"] if show["markers"] else []
    overlays = traits["overlays"] if show["overlays"] else []
    return Pane(
        values=np.asarray(values),
        plane=one.image.plane,
        title=f"{one.name}, {label}",
        unit=per,
        axes=axes,
        colours=(traits["colormap"], traits["stretch"]),
        limits=(traits["range_lo"], traits["range_hi"]),
        box=box_of(traits),
        strokes=(*map(_overlay, overlays), *_rims(traits["regions"])),
        marks=tuple((m["x"], m["y"], m["label"]) for m in marks),
        extras=extras,
    )


def box_of(traits: dict[str, Any]) -> tuple[float, float, float, float]:
    """Give the part of an image that a square view shows, pixels."""
    (n_y, n_x), view = traits["shape"], traits["view"]
    half = max(n_x, n_y) / 2 / view.get("zoom", 1.0)
    x, y = view.get("x", (n_x - 1) / 2), view.get("y", (n_y - 1) / 2)
    return x - half, x + half, y - half, y + half


def _overlay(item: dict[str, Any]) -> Stroke:
    from nuwidgets.figures.image_panes import Stroke

    colour, dash, width = STYLES[item["style"]]
    corners = np.array(item["pts"], float)
    points, at = corners, None
    if item["kind"] == "polygon":
        points, middle = np.vstack([corners, corners[:1]]), corners.mean(axis=0)
        at = float(middle[0]), float(middle[1])
    return Stroke(
        points[:, 0], points[:, 1], colour, dash, item["label"], at, item["style"] == "gap", width
    )


def _rims(items: list[dict[str, Any]]) -> list[Stroke]:
    """Give the rims of the regions; what is excluded is dotted."""
    from nuwidgets.figures.image_panes import Stroke
    from nuwidgets.figures.outline import outline

    names = [r for r in dict.fromkeys(item["role"] for item in items) if r not in ROLES]
    styles = {**ROLES, **{r: (OTHERS[i % len(OTHERS)], "-") for i, r in enumerate(names)}}
    found = []
    for item in items:
        colour, dash = styles[item["role"]]
        colour = EXCLUDED if item["exclude"] else item.get("color") or colour
        for shape in from_view([item], item["role"], None).shapes:
            place: Any = shape
            x, y = outline(place)
            found.append(Stroke(x, y, colour, ":" if item["exclude"] else dash))
    return found
