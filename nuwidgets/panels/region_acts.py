"""What is done with chosen shapes: order, copy and paste, exclude, delete, snap to the events."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.region import to_pixel
from nuwidgets.errors import InputError
from nuwidgets.panels import region_stack as stacks
from nuwidgets.panels.region_typing import moved_pixels
from nuwidgets.panels.saving import apart
from nuwidgets.science.centroid import centroid

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets as w

    from nuwidgets.domain.region import Shape
    from nuwidgets.panels.region_desk import RegionDesk

PASTED_PX = 12.0
"""A copy is put so many sky pixels right and below, where it would hide what it is a copy of."""


class RegionActs:
    """Does what the list, the buttons and the keys in the image ask for.

    Parameters
    ----------
    desk : RegionDesk
        Whose shapes they are.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk = desk
        self._copied: tuple[Shape, ...] = ()

    def buttons(self) -> list[w.Widget]:
        """Give the buttons for the chosen shapes."""
        made = (
            ("Copy", "shapes = regions.source.shapes", self.copy),
            ("Paste", "regions.background = [*regions.background.shapes, *shapes]", self.paste),
            (
                "Centroid",
                "Move each chosen shape to the centroid of the events in it (key c in the image)",
                self.centroid,
            ),
            ("Earlier", "One place earlier in the order (Page Up)", partial(self.step, -1)),
            ("Later", "One place later in the order: the last wins (Page Down)", self.step),
            ("Delete", "Delete the chosen shapes (Delete)", self.delete),
        )
        return [self._desk.panel.button(*one) for one in made]

    def do(self, ask: str, name: str, ids: Sequence[str], by: int) -> None:
        """Do what a key in an image view asks for."""
        tools = self._desk.panel.head.tools
        if ask in ("undo", "redo"):
            getattr(tools, ask)()
            return
        self._desk.select(name, ids)
        if ask == "order":
            self.step(by)
        else:
            self.centroid()

    def act(self, action: str, content: dict[str, Any]) -> None:
        """Do what a hand asks for in the list."""
        self._desk.panel.guard(self._act, action, content)

    def _act(self, action: str, content: dict[str, Any]) -> None:
        desk, ids = self._desk, content["ids"]
        if action == "into":
            desk.aim(content["group"])
        elif action == "bring":
            desk.change(desk.current, *stacks.brought(
                desk.stack(desk.current), ids, content["group"], int(content["at"])
            ))  # fmt: skip
        elif action == "step":
            desk.change(desk.current, *stacks.stepped(desk.stack(desk.current), ids, content["by"]))
        elif action == "turn":
            desk.change(desk.current, stacks.turned_over(desk.stack(desk.current), ids), ids)
        else:
            desk.change(desk.current, stacks.without(desk.stack(desk.current), ids), ())
        desk.panel.say("")

    def _chosen(self, what: str) -> tuple[str, ...]:
        if not self._desk.chosen:
            raise InputError(f"Cannot {what}: no shape is chosen. Click one in image or list.")
        return self._desk.chosen

    def step(self, by: int = 1) -> None:
        """Move the chosen shapes in the order: 1 later, -1 earlier."""
        self._act("step", {"ids": self._chosen("change the order"), "by": by})

    def delete(self) -> None:
        """Delete the chosen shapes."""
        self._act("delete", {"ids": self._chosen("delete")})

    def copy(self) -> None:
        """Remember the chosen shapes."""
        desk = self._desk
        found = stacks.found(desk.stack(desk.current), self._chosen("copy"))
        self._copied = tuple(found.values())
        desk.panel.say("")

    def paste(self) -> None:
        """Put what was copied into the region that is drawn into."""
        desk, stack = self._desk, self._desk.stack(self._desk.current)
        if not self._copied:
            raise InputError("Cannot paste: nothing was copied. Choose shapes and copy them first.")
        plane, there = desk.plane(desk.current), set(stack[desk.role].shapes)
        off = PASTED_PX if there & set(self._copied) else 0.0
        shapes = [moved_pixels(one, off, -off, plane) if off else one for one in self._copied]
        desk.change(desk.current, *stacks.having(stack, desk.role, shapes))
        desk.panel.say("")

    def centroid(self) -> None:
        """Move each chosen shape to the centroid of the events in it, apart from the door.

        Raises
        ------
        InputError
            If no shape is chosen, or there are no events yet.
        """
        desk, name = self._desk, self._desk.current
        ids, events = self._chosen("find the centroid"), desk.datasets[name].screen.product
        if events is None:
            raise InputError("Cannot find the centroid: there are no events yet. Wait for them.")
        plane = desk.plane(name)
        shapes = stacks.found(desk.stack(name), ids)
        pixels = {one: to_pixel(shape, plane) for one, shape in shapes.items()}

        def work() -> dict[str, tuple[float, float]]:
            return {one: centroid(events.x, events.y, shape) for one, shape in pixels.items()}

        apart(desk.panel, work, partial(self._snap, name, shapes))

    def _snap(
        self, name: str, shapes: dict[str, Shape], by: dict[str, tuple[float, float]]
    ) -> None:
        """Move the shapes that are still what they were."""
        desk = self._desk
        stack, plane = desk.stack(name), desk.plane(name)
        now = stacks.found(stack, by)
        still = [one for one in by if now.get(one) == shapes[one]]
        for one in still:
            dx, dy = by[one]
            stack = stacks.each(stack, [one], partial(moved_pixels, dx=dx, dy=dy, plane=plane))
        desk.change(name, stack, still)
        desk.panel.say("")
