"""An image with regions that a user moves: pixels, colours, zoom, sky read-out.

Python's traits are the truth and work without a browser. Pixels travel once, as bytes; stretch,
colour map, limits and zoom are applied in the browser. Image coordinates are pixels, x right and
y up, with pixel centres at integers from 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError
from nuwidgets.widgets import image_items as items
from nuwidgets.widgets.image_items import SHAPES, SHOWN, WCS_KEYS
from nuwidgets.widgets.image_planes import KINDS, limits, packed, plane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

STATIC = Path(__file__).with_name("static")
STRETCHES = ("linear", "sqrt", "log", "asinh", "squared", "histogram")
COLORMAPS = (
    *("viridis", "inferno", "magma", "plasma", "cividis", "cubehelix"),
    *("gray", "inverted gray", "heat", "b", "cool", "rainbow"),
)
VIEW_KEYS = ("x", "y", "zoom")
PARTS = (
    *("wire", "colours", "sky", "shapes", "pulls", "pixels", "painter", "frames", "histogram"),
    *("marks", "overlays", "regions", "draw", "hands", "keys", "clipboard", "reading", "view"),
)
"""The files of the script, joined in this order."""

__all__ = ["COLORMAPS", "SHAPES", "SHOWN", "STRETCHES", "WCS_KEYS", "ImageView"]


def _script() -> str:
    return "\n".join((STATIC / f"image_{part}.js").read_text(encoding="utf-8") for part in PARTS)


class ImageView(anywidget.AnyWidget):
    """An image whose regions can be dragged; usable, testable and complete without a browser.

    Parameters
    ----------
    **traits
        Any trait below, by name.

    Attributes
    ----------
    regions : list of dict
        What is drawn: ``id``, ``shape`` with its numbers (`SHAPES`), ``role`` (any name),
        ``exclude``, ``label``, and a CSS ``color`` where the role's is not meant.
    selected, chosen : str, list of str
        The id chosen last, and all that are chosen.
    tool, draw_role, draw_exclude : str, str, bool
        The shape that the next drag draws, empty for none; and what it is for. The new region's
        id is ``new-<n>``.
    overlays, markers : list of dict
        Lines and polygons (``kind``, ``pts``, ``label``, ``style``) and places (``x``, ``y``,
        ``label``) that no hand moves, in pixels.
    show : dict
        Whether ``grid``, ``compass``, ``scale``, ``overlays``, ``markers`` are to be seen.
    detector : dict
        How detector pixels lie in the image: ``pixel = matrix @ (det - reference) + place``; with
        ``axis``, the optical axis in image pixels or empty, and ``arcsec``, the size of a pixel.
    frames, frame, blink_s : list of dict, int, float
        Label and limits of each plane, the one that is shown, and seconds until the next; see
        `set_frames`.
    unit : str
        Unit of the values.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.

    Raises
    ------
    InputError
        If a region, view or projection lacks a number, or a name is not known.

    Notes
    -----
    While a shape is dragged `dragging` is true and `regions` follows at the browser's pace, whole
    lists, newest first. A state is final when `regions` changes while `dragging` is false (a key,
    a quick drag, a shape drawn) or when `dragging` falls: observe both to commit.

    Examples
    --------
    >>> view = ImageView(alt="Counts of FPMA")
    >>> view.set_image([[0, 1], [2, 3]])
    >>> view.regions = [{"id": "src", "shape": "circle", "x": 1, "y": 0, "r": 0.5}]
    >>> view
    ImageView(2x2 pixels, 1 region)
    """

    _esm = _script()
    _css = (STATIC / "image_view.css").read_text(encoding="utf-8")

    image = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List([1, 1]).tag(sync=True)
    dtype = traitlets.Enum(tuple(KINDS), "float32").tag(sync=True)
    frames = traitlets.List(traitlets.Dict()).tag(sync=True, echo_update=False)
    frame = traitlets.Int(0).tag(sync=True, echo_update=False)
    blink_s = traitlets.Float(0.0, min=0.0).tag(sync=True)
    stretch = traitlets.Enum(STRETCHES, "log").tag(sync=True)
    colormap = traitlets.Enum(COLORMAPS, "inferno").tag(sync=True)
    range_lo = traitlets.Float(0.0).tag(sync=True, echo_update=False)
    range_hi = traitlets.Float(1.0).tag(sync=True, echo_update=False)
    unit = traitlets.Unicode().tag(sync=True)
    view = traitlets.Dict().tag(sync=True, echo_update=False)
    wcs = traitlets.Dict().tag(sync=True)
    detector = traitlets.Dict().tag(sync=True)
    regions = traitlets.List(traitlets.Dict()).tag(sync=True, echo_update=False)
    selected = traitlets.Unicode().tag(sync=True, echo_update=False)
    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)
    tool = traitlets.Enum(("", *SHAPES), "").tag(sync=True, echo_update=False)
    draw_role = traitlets.Unicode("source").tag(sync=True)
    draw_exclude = traitlets.Bool(default_value=False).tag(sync=True)
    dragging = traitlets.Bool(default_value=False).tag(sync=True, echo_update=False)
    can_delete = traitlets.Bool(default_value=False).tag(sync=True)
    overlays = traitlets.List(traitlets.Dict()).tag(sync=True)
    markers = traitlets.List(traitlets.Dict()).tag(sync=True)
    show = traitlets.Dict(default_value=SHOWN).tag(sync=True)
    alt = traitlets.Unicode("image").tag(sync=True)
    width = traitlets.Int(480, min=300).tag(sync=True)
    height = traitlets.Int(480, min=100).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._askers: list[Callable[[dict[str, Any]], object]] = []
        self.hear: Callable[..., object] = _at_once
        super().__init__(**traits)
        self.on_msg(lambda _view, content, _buffers: self.hear(self._asked, content))

    def set_image(self, values: ArrayLike, value_range: tuple[float, float] | None = None) -> None:
        """Show an image.

        Parameters
        ----------
        values : array_like, shape (n_y, n_x)
            Row 0 is the lowest. NaN pixels stay empty.
        value_range : (float, float), optional
            Values at the two ends of the colour map; lowest and highest of the image unless given.

        Raises
        ------
        InputError
            If the array is not a plane of numbers, or the range does not rise.
        """
        self._put([("", values, value_range)])

    def set_frames(
        self, planes: Sequence[tuple[str, ArrayLike, tuple[float, float] | None]]
    ) -> None:
        """Show several planes of one shape, one at a time; `frame` chooses, `blink_s` changes.

        Parameters
        ----------
        planes : sequence of (str, array_like, (float, float) or None)
            Label, values and limits of the colours of each, as in `set_image`.

        Raises
        ------
        InputError
            If there are none, or they are not planes of one shape.

        Examples
        --------
        >>> view = ImageView()
        >>> view.set_frames([("soft", [[0, 1]], None), ("hard", [[3, 9]], (0, 4))])
        >>> view.frame = 1
        >>> view.range_hi
        4.0
        """
        if not planes:
            raise InputError("Cannot show planes in turn: there are none. Give one at least.")
        self._put(list(planes), several=True)

    def _put(self, given: list[Any], *, several: bool = False) -> None:
        arrays = [plane(values) for _, values, _ in given]
        ends = [limits(a, asked) for a, (_, _, asked) in zip(arrays, given, strict=True)]
        pixels, kind = packed(arrays)
        frames = [
            {"label": label, "lo": lo, "hi": hi}
            for (label, _, _), (lo, hi) in zip(given, ends, strict=True)
        ]
        shape = list(arrays[0].shape)
        with self.hold_sync(), self.hold_trait_notifications():
            if self.image and shape != self.shape:
                self.view = {}
            self.shape, self.dtype = shape, kind
            self.frames = frames if several else []
            self.frame = min(self.frame, len(frames) - 1)
            self.range_lo, self.range_hi = ends[self.frame]
            self.image = pixels

    def on_ask(self, callback: Callable[[dict[str, Any]], object]) -> None:
        """Have a function called with what a hand asks for by a key.

        Parameters
        ----------
        callback : callable
            Called with ``{"ask": "undo" | "redo" | "centroid" | "order", "ids": [...], "by": 1}``;
            the ids are those chosen, ``by`` is -1 for one earlier in the order.
        """
        self._askers.append(callback)

    def _asked(self, content: dict[str, Any]) -> None:
        wish = items.asked_item(content)
        for callback in self._askers:
            callback(wish)

    @traitlets.validate("regions")
    def _check_regions(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return items.region_items(proposal["value"])

    @traitlets.validate("overlays")
    def _check_overlays(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return [items.overlay_item(item) for item in proposal["value"]]

    @traitlets.validate("markers")
    def _check_markers(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return [items.marker_item(item) for item in proposal["value"]]

    @traitlets.validate("show")
    def _check_show(self, proposal: dict[str, Any]) -> dict[str, bool]:
        return items.shown_item(proposal["value"])

    @traitlets.validate("detector")
    def _check_detector(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return items.detector_item(proposal["value"])

    @traitlets.validate("view")
    def _check_view(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return items.numbers_item("the view of the image", proposal["value"], VIEW_KEYS)

    @traitlets.validate("wcs")
    def _check_wcs(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return items.numbers_item("the sky coordinates of the image", proposal["value"], WCS_KEYS)

    @traitlets.validate("frame")
    def _check_frame(self, proposal: dict[str, Any]) -> int:
        last = max(len(self.frames) - 1, 0)
        return max(0, min(int(proposal["value"]), last))

    @traitlets.observe("frame", "frames")
    def _follow_frame(self, _change: object) -> None:
        """Show the limits of the plane that is shown."""
        if self.frame < len(self.frames):
            now = self.frames[self.frame]
            with self.hold_trait_notifications():
                self.range_lo, self.range_hi = now["lo"], now["hi"]

    @traitlets.observe("range_lo", "range_hi")
    def _keep_limits(self, _change: object) -> None:
        """Remember the limits with the plane that is shown."""
        if self.frame < len(self.frames):
            now = {**self.frames[self.frame], "lo": self.range_lo, "hi": self.range_hi}
            self.frames = [now if k == self.frame else f for k, f in enumerate(self.frames)]

    @traitlets.observe("chosen")
    def _follow_chosen(self, _change: object) -> None:
        self.selected = self.chosen[-1] if self.chosen else ""

    @traitlets.observe("selected")
    def _follow_selected(self, _change: object) -> None:
        if (self.chosen[-1] if self.chosen else "") != self.selected:
            self.chosen = [self.selected] if self.selected else []

    def __repr__(self) -> str:
        """Size and number of regions, the same in every run."""
        n_y, n_x = self.shape if self.image else (0, 0)
        plural = "" if len(self.regions) == 1 else "s"
        return f"ImageView({n_x}x{n_y} pixels, {len(self.regions)} region{plural})"


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)
