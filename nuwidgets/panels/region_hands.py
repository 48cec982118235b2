"""Between the image views and the regions of the session: what a hand moves, and back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.core.bind import behind
from nuwidgets.domain.named_regions import ROLES
from nuwidgets.panels.region_codec import merged, to_view
from nuwidgets.panels.region_ids import calls_of, named_as_before, own_of
from nuwidgets.panels.region_stack import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.panels.region_desk import RegionDesk
    from nuwidgets.widgets.image_view import ImageView

    Items = list[dict[str, Any]]

COLOURS = ("#ffb347", "#ff8fd0", "#f5e663", "#b8a6ff", "#7cc4ff", "#e8c9a0")
"""Of named regions, one after the other; bright, as images are dark."""
_OWN = {"source": "#5df08a", "background": "#8ff5dc"}
"""Of the two that the view colours by itself."""


def colour_of(role: str, roles: Iterable[str]) -> str:
    """Give the colour of a region, as the view draws it."""
    named = [one for one in roles if one not in ROLES]
    return _OWN.get(role) or COLOURS[named.index(role) % len(COLOURS)]


def swatch(role: str, roles: Iterable[str]) -> str:
    """Give a small ring in the colour of a region, as HTML."""
    line = "dashed" if role == "background" else "solid"
    return (
        '<span class="nuw-shape-swatch" aria-hidden="true"><span style="border-color:'
        f'{colour_of(role, roles)};border-style:{line}"></span></span>'
    )


def _marked(items: Items, role: str, roles: Iterable[str]) -> Items:
    """Give a named region's shapes their colour, unless they take away, and the first its name."""
    if role in ROLES:
        return items
    colour = colour_of(role, roles)
    return [
        {**item, **({} if item["exclude"] else {"color": colour}), "label": "" if k else role}
        for k, item in enumerate(items)
    ]


class RegionHands:
    """Keeps the shapes in the views and the regions of the steps equal.

    Parameters
    ----------
    desk : RegionDesk
        Says what belongs together.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk, self._panel = desk, desk.panel
        self.views: dict[str, list[ImageView]] = {name: [] for name in desk.datasets}
        self.drawn = dict.fromkeys(desk.datasets, (1, True))
        """Sky pixels per pixel of the images that are shown, and whether they show the sky."""
        self.released: Callable[[str], object] = lambda _name: None
        """Called with a dataset's name when a hand has let go."""
        self._held: set[str] = set()
        self._ends: dict[ImageView, Callable[[], object]] = {}
        self._pulling = False

    def take(self, name: str, view: ImageView) -> None:
        """Follow the hand in a view of a dataset from now on."""
        self.views[name].append(view)
        behind(self._panel.door, view)
        view.hear = self._panel.door.hear
        view.on_ask(partial(self._asked, name, view))
        follows = {
            "regions": partial(self._moved, name, view),
            "dragging": partial(self._dragged, name),
            "chosen": partial(self._chose, name, view),
            "tool": partial(self._drew, view),
        }
        for trait, follow in follows.items():
            view.observe(follow, trait)
        self._ends[view] = lambda: [view.unobserve(f, trait) for trait, f in follows.items()]
        self._desk.tools.show()
        self.show(name)

    def drop(self, name: str, view: ImageView) -> None:
        """Follow a view no more."""
        self.views[name].remove(view)
        self._ends.pop(view)()
        if view.dragging:
            self._release(name)

    @property
    def every(self) -> list[ImageView]:
        """All views."""
        return [view for views in self.views.values() for view in views]

    def _moved(self, name: str, view: ImageView, change: Any) -> None:
        self._panel.door.do(self._panel.guard, self._push, name, view, change["new"])

    def _push(self, name: str, view: ImageView, items: Items) -> None:
        if self._pulling or items != view.regions:
            return
        desk, plane, (binning, sky) = self._desk, self._desk.plane(name), self.drawn[name]
        if not sky:
            return
        stack = desk.stack(name)
        new = {role: merged(old, items, role, plane, binning) for role, old in stack.items()}
        if len(ids_of(new)) == len(ids_of(stack)):
            desk.change(name, new)
        else:  # a shape more or less is a change of its own, however fast the next one comes
            with desk.deed():
                desk.change(name, new)
        if view.chosen:
            desk.select(name, self._ids(view))
        self._panel.say("")

    def _ids(self, view: ImageView) -> list[str]:
        """Give the ids that the chosen shapes of a view have in the steps."""
        known = calls_of(view.regions)
        return [known[one] for one in view.chosen if one in known]

    def _chose(self, name: str, view: ImageView, _change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, lambda: self._desk.select(name, self._ids(view)))

    def _asked(self, name: str, view: ImageView, wish: dict[str, Any]) -> None:
        """Do what a key in a view asks for. It comes by the door."""
        known = calls_of(view.regions)
        ids = [known[one] for one in wish.get("ids", ()) if one in known]
        self._panel.guard(self._desk.acts.do, wish["ask"], name, ids, int(wish.get("by", 1)))

    def _drew(self, view: ImageView, _change: Any) -> None:
        """Let all views forget the tool when a shape was drawn in one."""
        if not view.tool and not self._pulling:
            self._panel.door.do(self._panel.guard, self._desk.tools.rest)

    def _dragged(self, name: str, change: Any) -> None:
        act = self._hold if change["new"] else self._release
        self._panel.door.do(self._panel.guard, act, name)

    def _hold(self, name: str) -> None:
        """Begin a drag: one change, however many messages it is."""
        if name not in self._held:
            self._held.add(name)
            self._panel.session.edits.begin()

    def _release(self, name: str) -> None:
        """End a drag, when its last message has been taken in whole."""
        if name in self._held:
            self._held.remove(name)
            self._panel.door.promise(self._panel.session.edits.end)
        self.released(name)
        self._desk.show(name)

    def let_go(self) -> None:
        """End all drags: the views are going."""
        for _name in self._held:
            self._panel.session.edits.end()
        self._held.clear()

    def dragging(self) -> bool:
        """Whether a hand moves something in any view."""
        return any(view.dragging for view in self.every)

    def show(self, name: str) -> None:
        """Draw the regions of a dataset in its views, but for one that a hand is in."""
        desk = self._desk
        if desk.datasets[name].events.product is None:
            return
        stack, plane, (binning, sky) = desk.stack(name), desk.plane(name), self.drawn[name]
        items: Items = []
        for role, region in stack.items() if sky else ():
            items += _marked(to_view(region, role, plane, binning), role, stack)
        self._pulling = True
        try:
            for view in self.views[name]:
                if not view.dragging:
                    self._draw(view, items, desk.chosen_in(name))
        finally:
            self._pulling = False

    @staticmethod
    def _draw(view: ImageView, items: Items, chosen: Iterable[str]) -> None:
        named = named_as_before(items, view.regions)
        own = own_of(named)
        with view.hold_sync():
            view.regions = named
            view.chosen = [own[one] for one in chosen if one in own]

    def mark(self) -> None:
        """Show in all views which shapes are chosen."""
        self._pulling = True
        try:
            for name, views in self.views.items():
                chosen = self._desk.chosen_in(name)
                for view in views:
                    own = own_of(view.regions)
                    view.chosen = [own[one] for one in chosen if one in own]
        finally:
            self._pulling = False

    def aim(self, role: str, *, exclude: bool) -> None:
        """Let shapes that are drawn come into this region, and take away or not."""
        for view in self.every:
            with view.hold_sync():
                view.draw_role, view.draw_exclude = role, exclude

    def arm(self, tool: str) -> None:
        """Let the next drag in any view draw a shape of this kind; "" for none."""
        self._pulling = True
        try:
            for view in self.every:
                view.tool = tool
        finally:
            self._pulling = False
