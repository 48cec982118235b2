"""How figures look on the screen and in print: sizes, colours or greys, lines and markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.domain.colors import colors
from nuwidgets.errors import InputError, nearest
from nuwidgets.figures.style import darker

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Tint:
    """How one dataset is drawn."""

    data: str
    """Colour of its points, ``#rrggbb``."""
    model: str
    """Colour of its model."""
    dash: str = "-"
    """Line of its model."""
    marker: str = "o"
    """Its points where they are drawn as such."""
    filled: bool = True
    """Whether these are filled."""


@dataclass(frozen=True)
class Look:
    """Sizes and colours of a figure."""

    name: str
    """One of ``LOOKS``."""
    width_inch: float
    """Width of a plot against energy or time, inches."""
    image_inch: tuple[float, float]
    """Width and height of an image, inches."""
    axes_place: tuple[float, float, float, float]
    """Where an image's axes lie in the figure: left, bottom, width, height, as fractions."""
    bar_place: tuple[float, float, float, float]
    """Where its colour bar lies."""
    title_pt: float
    """Size of titles, points."""
    label_pt: float
    """Size of the axes' names."""
    tick_pt: float
    """Size of numbers and legends."""
    note_pt: float
    """Size of remarks."""
    line_pt: float
    """Width of error bars."""
    model_pt: float
    """Width of models."""
    marker_pt: float
    """Size of points."""
    tick_length_pt: float
    """Length of a major tick."""
    image_map: str
    """Matplotlib's colour map of images."""
    page: str
    """Colour of empty pixels."""
    ink: str
    """Colour of ticks on an image."""
    source: str
    """Colour of a source region."""
    background: str
    """Colour of a background region."""
    greys: tuple[str, ...] = ()
    """Colours of datasets in turn; empty for those of the screen."""

    def tints(self, names: Iterable[str]) -> dict[str, Tint]:
        """Give each dataset its way of being drawn."""
        hues = colors(names)
        if not self.greys:
            return {name: Tint(hue, darker(hue)) for name, hue in hues.items()}
        found = {}
        for i, name in enumerate(hues):
            grey, dash = self.greys[i % len(self.greys)], ("-", "--", "-.", ":")[i % 4]
            found[name] = Tint(grey, "#000000", dash, "osD^v"[i % 5], i % 2 == 0)
        return found


SCREEN = Look(
    name="screen",
    width_inch=7.2,
    image_inch=(6.6, 5.6),
    axes_place=(0.15, 0.10, 0.70, 0.83),
    bar_place=(0.87, 0.10, 0.025, 0.83),
    title_pt=12,
    label_pt=12,
    tick_pt=10,
    note_pt=9,
    line_pt=0.9,
    model_pt=1.4,
    marker_pt=3,
    tick_length_pt=6,
    image_map="inferno",
    page="black",
    ink="white",
    source="#00C853",
    background="#FFFFFF",
)
"""In colours, for the screen and for talks."""
PRINT = Look(
    name="print",
    width_inch=3.4,
    image_inch=(3.4, 2.9),
    axes_place=(0.20, 0.16, 0.615, 0.721),
    bar_place=(0.83, 0.16, 0.03, 0.721),
    title_pt=8,
    label_pt=8,
    tick_pt=7,
    note_pt=7,
    line_pt=0.6,
    model_pt=0.9,
    marker_pt=2.2,
    tick_length_pt=3.5,
    image_map="Greys",
    page="white",
    ink="black",
    source="#000000",
    background="#000000",
    greys=("#3C3C3C", "#9A9A9A", "#6B6B6B", "#BDBDBD"),
)
"""One column of a journal (3.4 inches), in black and greys."""
LOOKS = {look.name: look for look in (SCREEN, PRINT)}


def look_of(name: str) -> Look:
    """Give a look by its name.

    Raises
    ------
    InputError
        If no look goes by that name.
    """
    if name not in LOOKS:
        raise InputError(f"Cannot draw with the look {name!r}. {nearest(name, LOOKS)}")
    return LOOKS[name]
