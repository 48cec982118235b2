"""The row of names: new regions, other names, copies into source or background."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.named_regions import ROLES, NamedRegions
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError
from nuwidgets.panels.boxes import allow

if TYPE_CHECKING:
    from nuwidgets.panels.region_desk import RegionDesk


class RegionNames:
    """A name and what is done with it; all of it is for the region that is drawn into.

    Parameters
    ----------
    desk : RegionDesk
        Whose regions they are.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk, panel = desk, desk.panel
        self.name = w.Text(
            placeholder="name of a region",
            tooltip="Name for New and Rename",
            layout=w.Layout(width="150px"),
        )
        behind(panel.door, self.name)
        self.new = panel.button("New", 'regions.put("NE knot", [])', self.make)
        self.rename = panel.button("Rename", "", self.call)
        self.gone = panel.button("Delete region", "", self.drop)
        self.uses = {
            role: panel.button(f"Use as {role}", "", partial(self.use, role)) for role in ROLES
        }
        row = [self.name, self.new, self.rename, self.gone, *self.uses.values()]
        self.box = w.HBox(row).add_class("nuw-row")

    def show(self) -> None:
        """Let the buttons work that can."""
        role, desk = self._desk.role, self._desk
        fixed = f"{role} always has this name." if role in ROLES else ""
        allow(self.rename, "regions.named = {…}: another name for " + role, fixed)
        if role in ROLES:
            how = f"regions.{role} = None"
            empty = "" if desk.stack(desk.current)[role] else f"{role} has no shape."
            allow(self.gone, how, empty)
        else:
            allow(self.gone, f"regions.named = regions.named.lacking({role!r})")
        for other, button in self.uses.items():
            why = f"{role} is it already." if other == role else ""
            allow(button, f"regions.{other} = regions.region({role!r})", why)

    def make(self) -> None:
        """Make a region of the name that was typed, or of one that is free; draw into it next."""
        desk = self._desk
        stack = desk.stack(desk.current)
        free = (f"region {k}" for k in range(1, len(stack) + 2))
        name = self.name.value.strip() or next(one for one in free if one not in stack)
        if name in stack:
            raise InputError(f"There is a region {name!r} already. Type another name.")
        with desk.deed():
            desk.put(desk.current, name, Region())
        self.name.value = ""
        desk.aim(name)

    def call(self) -> None:
        """Give the region another name.

        Raises
        ------
        InputError
            If none was typed, or it is taken.
        """
        desk, old, new = self._desk, self._desk.role, self.name.value.strip()
        if new in desk.stack(desk.current):
            raise InputError(f"There is a region {new!r} already. Type another name.")
        with desk.deed():
            for dataset in desk.targets(desk.current):
                items = dataset.regions.named.pairs
                dataset.regions.named = NamedRegions.of(
                    {new if name == old else name: region for name, region in items}
                )
        self.name.value = ""
        desk.aim(new)

    def drop(self) -> None:
        """Delete the region; of source and background, all their shapes."""
        desk, role = self._desk, self._desk.role
        with desk.deed():
            for dataset in desk.targets(desk.current):
                if role in ROLES:
                    dataset.regions.put(role, None)
                else:
                    dataset.regions.named = dataset.regions.named.lacking(role)
        desk.aim("source" if role not in ROLES else role)

    def use(self, role: str) -> None:
        """Copy the region to source or background, over what is there."""
        desk = self._desk
        region = desk.stack(desk.current)[desk.role]
        if not region:
            raise InputError(
                f"Cannot use {desk.role!r} as {role}: it has no shape. Draw one first."
            )
        with desk.deed():
            desk.put(desk.current, role, region)
        desk.panel.say("")
