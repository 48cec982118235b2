"""Undo and redo: changes of settings, grouped as a person thinks of them.

All that changes in one visit of the door is one group, and so is a gesture: visits that change the
same settings within a second of each other, or between `begin()` and `end()`.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import traitlets as t

from nuwidgets.core.settings import names_of
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step

    Key = tuple[str, str]
    AnyStep = Step[Any, Any]

TOGETHER_S = 1.0
"""Changes of the same settings that follow each other so fast are one."""
LONGEST_S = 30.0
"""A gesture without a change in this time has ended: its page may be gone."""
LIMIT = 200
"""So many groups can be undone."""


@dataclass(eq=False)
class Group:
    """Changes that are undone together."""

    changes: dict[Key, tuple[Any, Any]] = field(default_factory=dict)
    """Old and new value of a setting, by path of the step and name."""
    ended_s: float = -math.inf
    """When the last of them came, s of the monotonic clock."""
    answer: bool = False
    """Whether an answer changed them, as a fit does with its parameters."""

    @property
    def says(self) -> str:
        """Name the settings, e.g. ``"fit.model"``."""
        names = [".".join(key) for key in self.changes]
        if self.answer:
            names = [f"{path}.run()" for path, _ in self.changes]
        return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")

    def touches(self, only: Collection[str]) -> bool:
        """Say whether a step or a setting of `only` changed; any, where that is empty."""
        return not only or any(k[0] in only or ".".join(k) in only for k in self.changes)


class Edits(t.HasTraits):
    """The changes of a session's settings, and the way back.

    Parameters
    ----------
    door : Door
        The door of the session.
    """

    turn = t.Int(0, read_only=True, help="Rises whenever what can be undone or redone changes.")

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._steps: dict[str, AnyStep] = {}
        self._ends: dict[str, Any] = {}
        self._puts: dict[Key, Callable[[Any], object]] = {}
        self._done: list[Group] = []
        self._undone: list[Group] = []
        self._now = Group()
        self._gesture = 0
        self._held: Group | None = None  # the group of the gesture under way
        self._skip = -1  # the visit whose changes are not a person's
        door.after.append(self._commit)

    def watch(self, path: str, step: AnyStep) -> None:
        """Remember changes of a step."""
        handler = partial(self._changed, path)
        step.observe(handler, names_of(type(step)))
        self._steps[path] = step
        self._ends[path] = partial(step.unobserve, handler, names_of(type(step)))

    def forget(self, path: str) -> None:
        """Follow a step no more; its changes can no longer be undone."""
        self._ends.pop(path)()
        del self._steps[path]
        self.cut(path)

    def cut(self, *paths: str) -> None:
        """Let changes of these steps stand for ever, those of this visit too. Behind the door."""
        self._skip = self._door.visits
        self._now = Group()
        for stack in (self._done, self._undone):
            for group in stack:
                group.changes = {k: v for k, v in group.changes.items() if k[0] not in paths}
            stack[:] = [group for group in stack if group.changes]
        self._turn()

    def note(self, key: Key, old: Any, new: Any, put: Callable[[Any], object]) -> None:
        """Note a change of what is no step's setting; `put` takes it back. Behind the door."""
        self._puts[key] = put
        if self._door.visits != self._skip and old != new:
            self._now.changes[key] = (self._now.changes.get(key, (old, new))[0], new)

    @contextmanager
    def gesture(self) -> Iterator[None]:
        """Make all changes inside one."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Begin a gesture: changes until `end()` are one."""
        self._door.do(self._grip, 1)

    def end(self) -> None:
        """End a gesture."""
        self._door.do(self._grip, -1)

    def _grip(self, by: int) -> None:
        if by > 0 and self._gesture == 0:
            self._held = Group(ended_s=time.monotonic())  # what comes joins this one
            self._done.append(self._held)
        self._gesture = max(0, self._gesture + by)
        if self._gesture == 0:
            self._held = None
            for group in self._done:
                group.ended_s = -math.inf  # what comes next is a change of its own
            self._done[:] = [group for group in self._done if group.changes]

    def _changed(self, path: str, change: Any) -> None:
        """Note a change. Called behind the door, when the whole visit is settled."""
        if self._door.visits == self._skip:
            return
        key = (path, change.name)
        old = self._now.changes.get(key, (change.old, None))[0]
        self._now.changes[key] = (old, change.new)
        ledger = self._steps[path].ledger
        self._now.answer |= ledger.absorbed_in == self._door.visits

    def _commit(self) -> None:
        """Close the group of a visit, or join it to the gesture it belongs to."""
        now, self._now = self._now, Group()
        now.changes = {k: (old, new) for k, (old, new) in now.changes.items() if old != new}
        if not now.changes:
            return
        now.ended_s = time.monotonic()
        last = self._done[-1] if self._done else Group()
        if self._joins(now, last):
            for key, (old, new) in now.changes.items():
                last.changes[key] = (last.changes.get(key, (old, new))[0], new)
            last.ended_s = max(last.ended_s, now.ended_s)
        else:
            self._done = [*self._done[-LIMIT + 1 :], now]
        self._undone.clear()
        self._door.do(self._turn)

    def _joins(self, now: Group, last: Group) -> bool:
        if last is self._held:
            alive = now.ended_s - last.ended_s < LONGEST_S
            return alive and not now.answer
        same = now.changes.keys() == last.changes.keys()
        soon = now.ended_s - last.ended_s < TOGETHER_S
        return same and soon and not now.answer and not last.answer

    def _turn(self) -> None:
        self.set_trait("turn", self.turn + 1)

    def says(self, *, redo: bool = False, only: Collection[str] = ()) -> str:
        """Name what undo (or redo) would change; empty when there is nothing.

        Parameters
        ----------
        redo : bool
            What `redo` would do.
        only : collection of str
            Paths of steps; only their changes are meant.
        """
        return self._door.do(self._says, redo, only)

    def _says(self, redo: bool, only: Collection[str]) -> str:  # noqa: FBT001  passed on by do()
        stack = self._undone if redo else self._done
        return next((g.says for g in reversed(stack) if g.changes and g.touches(only)), "")

    def undo(self, only: Collection[str] = ()) -> str:
        """Take back the last change, of these steps if paths are given; name it.

        Raises
        ------
        InputError
            If there is nothing to take back.
        """
        return self._door.do(self._shift, 0, only)

    def redo(self, only: Collection[str] = ()) -> str:
        """Do again what was taken back last, of these steps if paths are given; name it.

        Raises
        ------
        InputError
            If there is nothing to do again.
        """
        return self._door.do(self._shift, 1, only)

    def _shift(self, which: int, only: Collection[str]) -> str:
        """Give the settings of a group their old (0) or new (1) values. Behind the door."""
        stacks = self._done, self._undone
        source, target = stacks[which], stacks[1 - which]
        found = [group for group in source if group.changes and group.touches(only)]
        if not found:
            where = f" in {', '.join(sorted(only))}" if only else ""
            word = ("undo", "redo")[which]
            raise InputError(f"There is nothing to {word}{where}. Change a setting first.")
        group = found[-1]
        later = {key for other in source[source.index(group) + 1 :] for key in other.changes}
        source.remove(group)
        target.append(group)
        for other in (*source, *target):
            other.ended_s = -math.inf  # what comes next is a change of its own
        self._apply({key: pair[which] for key, pair in group.changes.items() if key not in later})
        self._turn()
        return group.says

    def _apply(self, values: dict[Key, Any]) -> None:
        self._skip = self._door.visits
        for key in values.keys() & self._puts.keys():  # datasets before the parameters of groups
            self._puts[key](values.pop(key))
        for path in dict.fromkeys(path for path, _ in values):
            step = self._steps[path]
            for name in names_of(type(step)):  # a model before its parameters
                if (path, name) in values:
                    setattr(step, name, values[path, name])
