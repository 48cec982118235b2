"""Pan and zoom of several images together, in the browser, while their pixels are of one size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.image import Image
    from nuwidgets.widgets.image_view import ImageView


class ViewLinks:
    """Links the first view with each of the others.

    Parameters
    ----------
    views : tuple of ImageView
        What is looked at together.
    """

    def __init__(self, views: tuple[ImageView, ...]) -> None:
        self._views = views
        self._links: list[w.Widget] = []

    def part(self, images: Iterable[Image]) -> None:
        """Undo the links when the images have pixels of different sizes."""
        if len({image.binning for image in images}) > 1:
            self.close()

    def join(self, images: Iterable[Image]) -> None:
        """Make the links when all images are there with pixels of one size."""
        binnings = [image.binning for image in images]
        complete = len(binnings) == len(self._views) and len(set(binnings)) == 1
        if complete and not self._links:
            first, *others = self._views
            self._links = [w.jslink((first, "view"), (view, "view")) for view in others]

    def close(self) -> None:
        """Let every view go its own way."""
        for link in self._links:
            link.close()
        self._links.clear()


def rescaled(view: dict[str, float], old: int, new: int) -> dict[str, float]:
    """Give a view of an image of `old` sky pixels per pixel on one of `new`; zoom is relative."""

    def at(value: float) -> float:
        return (value * old + (old - 1) / 2 - (new - 1) / 2) / new

    return {**view, "x": at(view["x"]), "y": at(view["y"])} if view else {}
