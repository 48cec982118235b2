"""Tiles of many observations side by side: what image and spectrum grids have in common.

Python's traits are the truth and work without a browser. While a page draws, further pictures wait
here, the newest of each only: at most one message is under way.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATIC = Path(__file__).with_name("static")
STATES = ("", "apart", "failed", "waiting", "out")
"""What a tile may be: as usual, with regions of its own, failed, without data yet, not ticked."""
LOST_S = 1.0
"""After so long a page that has not drawn what it was sent is taken to be gone, s."""
SMALLEST_PX, LARGEST_PX = 90, 420
KEYS = ("id", "title", "note", "foot", "state", "why", "used", "says")


def joined_script(*parts: str) -> str:
    """Give the script of a grid: files of `static` in their order."""
    return "\n".join((STATIC / f"{part}.js").read_text(encoding="utf-8") for part in parts)


class GridView(anywidget.AnyWidget):
    """Tiles that are looked at, ticked, and enlarged by hand or by keys.

    Attributes
    ----------
    tiles : list of dict
        In their order: ``id``, ``title`` and ``note`` above, ``foot`` below, ``state`` (one of
        `STATES`), ``why`` it failed, whether it is ``used``, and what it ``says`` in one sentence
        to those who do not see it.
    focus : list of str
        Ids of the tiles that are looked at: they have a ring.
    large : str
        Id of the tile that is enlarged in place; empty for none.
    tile_px, most_px : int
        Width of a tile, and the height from which the grid scrolls, CSS pixels.
    look, tick : callable
        Called as ``look(ids)`` and ``tick(id, used)`` when a hand asks for it.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.

    Raises
    ------
    InputError
        If two tiles have one id, or a tile lacks one or has a state that is not known.
    """

    tiles = traitlets.List(traitlets.Dict()).tag(sync=True)
    focus = traitlets.List(traitlets.Unicode()).tag(sync=True)
    large = traitlets.Unicode().tag(sync=True)
    tile_px = traitlets.Int(160, min=SMALLEST_PX, max=LARGEST_PX).tag(sync=True)
    most_px = traitlets.Int(640, min=200).tag(sync=True)
    alt = traitlets.Unicode("observations").tag(sync=True)
    empty = traitlets.Unicode("Nothing to show yet.").tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)
    drawn = traitlets.Int(-1).tag(sync=True, echo_update=False)

    def __init__(self, **traits: Any) -> None:
        self.look: Callable[[tuple[str, ...]], object] = _nothing
        self.tick: Callable[[str, bool], object] = _nothing
        self.hear: Callable[..., object] = _at_once
        self._waiting: dict[str, Any] = {}
        self._sent_s = 0.0
        super().__init__(**traits)
        self.on_msg(lambda _view, content, _buffers: self.hear(self._asked, content))

    def tell(self, **news: Any) -> None:
        """Set traits in one message, when the page has drawn the one before."""
        self._waiting.update(news)
        if not self._under_way:
            self._flush()

    @property
    def _under_way(self) -> bool:
        behind = self.drawn >= 0 and self.drawn != self.sent
        return behind and time.monotonic() - self._sent_s < LOST_S

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        news = {name: value for name, value in waiting.items() if getattr(self, name) != value}
        if not news:
            return
        self._sent_s = time.monotonic()
        with self.hold_sync():
            for name, value in news.items():
                setattr(self, name, value)
            self.sent += 1

    @traitlets.observe("drawn")
    def _drew(self, _change: object) -> None:
        if self._waiting and not self._under_way:
            self._flush()

    def _asked(self, content: dict[str, Any]) -> None:
        """Do what a hand asks for; what is not there any more is not asked for."""
        known = {tile["id"] for tile in self.tiles}
        ids = tuple(name for name in content.get("ids", ()) if name in known)
        if content.get("act") == "look":
            self.look(ids)
        elif content.get("act") == "tick" and ids:
            self.tick(ids[0], bool(content.get("on")))

    @traitlets.validate("tiles")
    def _check_tiles(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return tile_items(proposal["value"])

    def __repr__(self) -> str:
        """Say how many tiles there are, the same in every run."""
        plural = "" if len(self.tiles) == 1 else "s"
        return f"{type(self).__name__}({len(self.tiles)} tile{plural})"


def tile_items(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give tiles with all their marks; refuse what cannot be drawn."""
    whole = [_whole(item) for item in items]
    ids = [item["id"] for item in whole]
    if len(set(ids)) < len(ids):
        raise InputError(
            f"Cannot show the tiles: the ids {ids!r} are not all different. Give each tile its own."
        )
    return whole


def _whole(item: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise InputError(f"Cannot show the tile {item!r}: it has no id. Give it one, as text.")
    for key in item:
        if key not in KEYS:
            raise InputError(f"Cannot show the tile {item!r}. {nearest(key, KEYS)}")
    words = dict.fromkeys(("title", "note", "foot", "state", "why", "says"), "")
    whole = {**words, "used": True, **item}
    if whole["state"] not in STATES:
        raise InputError(
            f"Cannot show the tile {item['id']!r} as {whole['state']!r}."
            f" {nearest(str(whole['state']), STATES[1:])}"
        )
    return whole


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)


def _nothing(*_content: object) -> None:
    return None
