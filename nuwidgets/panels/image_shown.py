"""What is shown over the images: a row of switches, remembered in the session's views."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State

if TYPE_CHECKING:
    from nuwidgets.panels.image import ImagePanel

SWITCHES = {
    "grid": (False, "Lines of equal right ascension and declination"),
    "compass": (True, "Arrows to north and east"),
    "scale": (True, "A bar of a round length"),
    "detectors": (False, "Outlines of the detectors and the gaps between them"),
    "off-axis": (False, "Circles at 1 to 6 arcmin from the optical axis"),
    "sources": (True, "Marked sources of a list"),
}
"""What can be shown, whether it is at first, and in words."""
IN_VIEW = {"grid": "grid", "compass": "compass", "scale": "scale", "sources": "markers"}
WAYS = ("tiles", "blink")
"""How several bands are shown."""


class ImageShown:
    """Switches for what lies over the images, and how several bands are shown.

    Parameters
    ----------
    panel : ImagePanel
        Draws anew when something is switched.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel, self._session = panel, panel.session
        self.switches = {name: self._switch(name) for name in SWITCHES}
        self.way = w.ToggleButtons(
            options=WAYS,
            value=self._known("bands_shown", "tiles"),
            tooltips=["Each band has its image", "One image shows the bands one after the other"],
        ).add_class("nuw-ways")
        self.way.style.button_width = "auto"
        behind(panel.door, self.way)
        self.way.observe(self._changed_way, "value")
        self.note = w.HTML().add_class("nuw-note")
        label = w.Label("show").add_class("nuw-label")
        self.row = w.HBox([label, *self.switches.values()]).add_class("nuw-row")
        self.row.add_class("nuw-switches")

    def _known(self, name: str, usual: Any) -> Any:
        return self._session.views.get("image", {}).get(name, usual)

    def _switch(self, name: str) -> w.ToggleButton:
        usual, words = SWITCHES[name]
        button = w.ToggleButton(
            value=bool(self._known(f"show_{name}", usual)),
            description=name,
            tooltip=words,
            layout=w.Layout(width="auto"),
        )
        behind(self._panel.door, button)
        button.observe(partial(self._switched, name), "value")
        return button

    def _switched(self, name: str, change: Any) -> None:
        self._session.view("image", **{f"show_{name}": change["new"]})
        self._panel.door.do(self._panel.guard, self._redraw)

    def _redraw(self) -> None:
        self._panel.door.speak(self._panel.tiles.decorate_all)
        self.explain()

    def _changed_way(self, change: Any) -> None:
        self._session.view("image", bands_shown=change["new"])
        self._panel.door.do(self._panel.guard, self._panel.door.speak, self._panel.tiles.draw_all)

    def on(self, name: str) -> bool:
        """Whether something is to be shown."""
        return bool(self.switches[name].value)

    @property
    def blinks(self) -> bool:
        """Whether several bands are shown in turn."""
        return bool(self.way.value == "blink")

    def for_view(self) -> dict[str, bool]:
        """Give what a view is told."""
        return {trait: self.on(name) for name, trait in IN_VIEW.items()}

    def explain(self) -> None:
        """Say why the detectors are not drawn, and what is approximate about them."""
        wanted = self.on("detectors") or self.on("off-axis")
        said: list[str] = []
        for dataset in self._panel.datasets.values() if wanted else ():
            step = dataset.geometry
            if step.state is State.FAILED:
                said.append(f"{dataset.name}: {step.error}")
            elif step.product is not None:
                said += step.product.provenance.warnings
        frames = [image.frame for image in self._panel.tiles.drawn.values()]
        if any(frame != "sky" for frame in frames):
            said.append("Detector pixels: regions and marked sources are drawn on the sky only.")
        text = "<br>".join(html.escape(one) for one in dict.fromkeys(said))
        if text != self.note.value:
            self._panel.door.speak(setattr, self.note, "value", text)
