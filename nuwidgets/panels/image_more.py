"""How the images are made: smoothing and quantity in sight; pixels and exposure in a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.errors import InputError
from nuwidgets.panels.image_markers import MarkerRow

if TYPE_CHECKING:
    from nuwidgets.panels.image import ImagePanel

QUANTITIES = {
    "counts": "counts",
    "exposure": "exposure map",
    "corrected": "counts / exposure",
}
"""Words for what an image shows."""
FRAMES = {"sky": "sky", "det1": "detector (DET1)"}
"""Words for its pixels."""
SMOOTHEST_PX = 10.0


class ImageMore:
    """Smoothing and what is shown, in sight; pixels, exposure and marked sources under "More".

    Parameters
    ----------
    panel : ImagePanel
        Its datasets' images are all made alike.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self._images = [d.image for d in panel.datasets.values()]
        self._exposures = {name: d.exposure for name, d in panel.datasets.items()}
        self.markers = MarkerRow(panel)
        self.more = panel.button("More ▾", "Pixels, exposure, marked sources", self.switch)
        self.more.add_class("nuw-more")
        self.row = w.HBox([self._smooth(), self._quantity(), self.more]).add_class("nuw-row")
        self._weights = [self._vignetting(), *map(self._map, self._exposures)]
        rows = [self._binning(), self._frame(), self._weights[0]], self._weights[1:]
        boxes = [w.HBox(row).add_class("nuw-row") for row in rows]
        self.fold = w.VBox([*boxes, self.markers.row])
        panel.watch(self._images[0], ["quantity"], self._allow)
        self._show()
        self._allow()

    @property
    def opened(self) -> bool:
        """Whether the fold is in sight."""
        return bool(self._panel.session.views.get("image", {}).get("more", False))

    def switch(self) -> None:
        """Show the fold, or put it away."""
        self._panel.session.view("image", more=not self.opened)
        self._panel.door.speak(self._show)

    def _show(self) -> None:
        self.fold.layout.display = None if self.opened else "none"
        self.more.description = "More ▴" if self.opened else "More ▾"

    def _allow(self) -> None:
        """Let the boxes of the exposure map be filled in where one is used."""
        for box in self._weights:
            box.disabled = self._images[0].quantity == "counts"

    def _smooth(self) -> w.Widget:
        slider = w.FloatSlider(
            min=0.0,
            max=SMOOTHEST_PX,
            step=0.25,
            description="smooth [px]",
            readout_format=".2f",
            tooltip='s.datasets["…"].image.smooth_px = 2: sigma of a Gaussian, image pixels',
            layout=w.Layout(width="290px"),
        )
        slider.style.description_width = "92px"
        return self._panel.tie(slider, self._images, "smooth_px")

    def _quantity(self) -> w.Widget:
        box = w.Dropdown(
            options=[(words, name) for name, words in QUANTITIES.items()],
            description="image of",
            tooltip='s.datasets["…"].image.quantity = "corrected"',
            layout=w.Layout(width="226px"),
        )
        box.style.description_width = "60px"
        return self._panel.tie(box, self._images, "quantity")

    def _binning(self) -> w.Widget:
        box = w.BoundedIntText(
            min=1,
            max=64,
            description="binning",
            tooltip='s.datasets["…"].image.binning = 2',
            layout=w.Layout(width="126px"),
        )
        box.style.description_width = "54px"
        return self._panel.tie(box, self._images, "binning")

    def _frame(self) -> w.Widget:
        box = w.Dropdown(
            options=[(words, name) for name, words in FRAMES.items()],
            description="pixels of",
            tooltip='s.datasets["…"].image.frame = "det1"',
            layout=w.Layout(width="206px"),
        )
        box.style.description_width = "60px"
        return self._panel.tie(box, self._images, "frame")

    def _vignetting(self) -> Any:
        box = w.Text(
            description="vignetting at [keV]",
            placeholder="without",
            tooltip='s.datasets["…"].exposure.vignetting_kev = 10',
            continuous_update=False,
            layout=w.Layout(width="214px"),
        )
        box.style.description_width = "136px"
        how = {"to_control": energy_text, "from_control": energy_of}
        return self._panel.tie(box, [*self._exposures.values()], "vignetting_kev", **how)

    def _map(self, name: str) -> Any:
        box = w.Text(
            description=f"map of {name}",
            placeholder="exposure: computed",
            tooltip=f's.datasets["{name}"].exposure.path = "…_ex.img"',
            continuous_update=False,
            layout=w.Layout(width="350px"),
        )
        box.style.description_width = "160px"
        return self._panel.tie(box, self._exposures[name], "path")


def energy_text(energy_kev: float | None) -> str:
    """Write an energy as it is typed; nothing for None."""
    return "" if energy_kev is None else f"{energy_kev:g}"


def energy_of(text: str) -> float | None:
    """Read an energy, keV; None for nothing.

    Raises
    ------
    InputError
        If it is no number.
    """
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"Cannot read {text!r} as an energy. Type keV, e.g. 10, or nothing for no vignetting."
        ) from error
