"""Which energies the images show: one band, several of one's own, or usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.band import Band
from nuwidgets.errors import InputError
from nuwidgets.panels.boxes import band_boxes, together

if TYPE_CHECKING:
    from nuwidgets.panels.image import ImagePanel

ONE, OWN = "one band", "own bands"
PARTS_KEV = {
    79.0: ((3, 10, 79), (3, 10, 30, 79), (3, 6, 10, 20, 79)),
    10.0: ((0.3, 2, 10), (0.3, 1, 2, 10)),
}
"""Edges of usual sets of bands, keV, by the upper end of the mission's whole band."""


class BandRow:
    """Boxes for the first band and the further ones, and a choice of usual sets.

    Parameters
    ----------
    panel : ImagePanel
        Its datasets all show the same bands.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self._steps = [d.image for d in panel.datasets.values()]
        self._pulling = False
        lo, hi = band_boxes(
            panel, self._steps, "Energy [keV]", 's.datasets["…"].image.band = (3, 79)'
        )
        self.further = w.Text(
            description="and",
            placeholder="10-30, 30-79",
            tooltip='s.datasets["…"].image.bands = [(10, 30), (30, 79)]',
            continuous_update=False,
            layout=w.Layout(width="190px"),
        )
        self.further.style.description_width = "30px"
        panel.tie(self.further, self._steps, "bands", to_control=bands_text, from_control=bands_of)
        self.usual = w.Dropdown(
            tooltip='s.datasets["…"].image.band, .bands = (3, 10), [(10, 30), (30, 79)]',
            layout=w.Layout(width="196px"),
        )
        behind(panel.door, self.usual)
        self.usual.options = [ONE, *self._sets(), OWN]
        self.usual.observe(self._chosen, "value")
        panel.watch(self._steps[0], ["band", "bands"], self.show)
        band, way = together(lo, hi), panel.shown.way
        self.row = w.HBox([band, self.further, self.usual, way]).add_class("nuw-row")
        self.show()

    def _sets(self) -> dict[str, tuple[Band, ...]]:
        """Give the usual sets of bands of the first dataset's mission, by their words."""
        top = self._whole().hi_kev
        edges = PARTS_KEV.get(top, ())
        sets = [tuple(map(Band, one[:-1], one[1:])) for one in edges]
        return {bands_text(one): one for one in sets}

    def _whole(self) -> Band:
        usual: Any = self._steps[0].usual.get("band")
        return usual if isinstance(usual, Band) else Band(3, 79)

    def show(self) -> None:
        """Show which set is chosen; how several bands are shown matters only for several."""
        step = self._steps[0]
        bands = (step.band, *step.bands)
        named = {bands: words for words, bands in self._sets().items()}
        self._pulling = True
        try:
            self.usual.value = ONE if len(bands) == 1 else named.get(bands, OWN)
        finally:
            self._pulling = False
        self._panel.shown.way.layout.display = None if len(bands) > 1 else "none"

    def _chosen(self, change: Any) -> None:
        if not self._pulling and change["new"] == self.usual.value:
            self._panel.door.do(self._panel.guard, self._choose, change["new"])

    def _choose(self, words: str) -> None:
        if words == OWN:
            return
        first, *rest = self._sets().get(words, (self._whole(),))
        for step in self._steps:
            step.band, step.bands = first, tuple(rest)


def bands_text(bands: tuple[Band, ...]) -> str:
    """Write bands as they are typed.

    Examples
    --------
    >>> bands_text((Band(3, 10), Band(10, 30)))
    '3-10, 10-30'
    """
    return ", ".join(f"{band.lo_kev:g}-{band.hi_kev:g}" for band in bands)


def bands_of(text: str) -> tuple[Band, ...]:
    """Read bands as they are typed: ``"10-30, 30-79"``.

    Raises
    ------
    InputError
        If a part is no band.

    Examples
    --------
    >>> bands_of("10-30, 30 79")
    (Band(lo_kev=10.0, hi_kev=30.0), Band(lo_kev=30.0, hi_kev=79.0))
    """
    return tuple(_band(part) for part in text.replace(";", ",").split(",") if part.strip())


def _band(part: str) -> Band:
    words = part.replace("–", "-").replace("-", " ").replace("keV", " ").split()  # noqa: RUF001
    try:
        lo, hi = map(float, words)
    except ValueError as error:
        raise InputError(
            f"Cannot read {part.strip()!r} as an energy band. Type lower and upper energy in keV,"
            " several bands with commas: 10-30, 30-79."
        ) from error
    return Band(lo, hi)
