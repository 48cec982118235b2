"""Pan, zoom and colours of several images together, in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.widgets.image_view import ImageView

LINKED = ("view", "colormap", "stretch")
"""What is the same in all views; limits are not, for bands and modules differ in counts."""


class ViewLinks:
    """Links a first view with each of the others."""

    def __init__(self) -> None:
        self._views: tuple[ImageView, ...] = ()
        self.links: list[w.Widget] = []

    def join(self, views: Sequence[ImageView]) -> None:
        """Look at these views together, and at no others."""
        if tuple(views) == self._views:
            return
        self.close()
        self._views = tuple(views)
        first, *others = self._views or (None,)
        self.links = [
            w.jslink((first, trait), (view, trait)) for view in others for trait in LINKED
        ]

    def close(self) -> None:
        """Let every view go its own way."""
        self._views = ()
        for link in self.links:
            link.close()
        self.links.clear()


def rescaled(view: dict[str, float], old: int, new: int) -> dict[str, float]:
    """Give a view of an image of `old` sky pixels per pixel on one of `new`; zoom is relative."""

    def at(value: float) -> float:
        return (value * old + (old - 1) / 2 - (new - 1) / 2) / new

    return {**view, "x": at(view["x"]), "y": at(view["y"])} if view else {}
