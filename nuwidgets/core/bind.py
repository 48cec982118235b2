"""Keep a control and a setting equal, from any thread; the value in the step wins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from traitlets import TraitError

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step


def behind(door: Door, control: Any) -> None:
    """Let what the browser says to `control` come in by the door, one at a time.

    Without it, a value set while another thread handles a message of this control joins that
    message's bundle: unclamped at first, then clamped and pushed as if by a user.
    """
    if "set_state" not in vars(control):
        control.set_state = partial(door.hear, control.set_state)


def _same(value: Any) -> Any:
    return value


def bind(
    control: Any,
    step: Step[Any, Any] | Sequence[Step[Any, Any]],
    setting: str,
    field: str | None = None,
    *,
    say: Callable[[str], object] = lambda _text: None,
    to_control: Callable[[Any], Any] = _same,
    from_control: Callable[[Any], Any] = _same,
) -> Callable[[], None]:
    """Tie `control.value` to a setting, or to one field of it; give what unties them.

    Parameters
    ----------
    control : widget
        Anything with `value`, `observe`, `unobserve` and `set_state`.
    step : Step or sequence of Step
        Its value always wins; what the control cannot show is never pushed back. Of several the
        first is shown, and a moved control sets them all, or none when one refuses.
    setting : str
        Name of the setting.
    field : str, optional
        Name of a field of the setting, where that is a frozen dataclass.
    say : callable
        Told the sentence of a refused value, and "" after a good one.
    to_control, from_control : callable
        Convert the value, e.g. to and from the logarithm.
    """
    steps = tuple(step) if isinstance(step, tuple | list) else (step,)
    tie = _Tie(control, steps, setting, field, say, (to_control, from_control))
    behind(tie.door, control)
    steps[0].observe(tie.changed, setting)
    control.observe(tie.pushed, "value")
    tie.door.do(tie.show)
    return tie.untie


@dataclass(eq=False)
class _Tie:
    control: Any
    """The widget."""
    steps: tuple[Any, ...]
    """The steps it sets; the first is the one it shows."""
    setting: str
    """Name of the setting."""
    field: str | None
    """Name of a field of the setting, or None for the whole."""
    say: Callable[[str], object]
    """Told why a value was refused."""
    convert: tuple[Callable[[Any], Any], Callable[[Any], Any]]
    """To the control and back."""
    pulling: bool = False
    """Whether the control is being brought to the step's value; behind the door only."""

    @property
    def door(self) -> Door:
        """The door of the session."""
        door: Door = self.steps[0].door
        return door

    def changed(self, change: Any) -> None:
        """Show the new value, unless another field of the setting is what changed.

        The control may hold a value newer than the step's, whose push waits at the door: shown
        again for a change of another field, the step's would overwrite it.
        """
        old, new = change["old"], change["new"]
        if self.field and getattr(old, self.field, old) == getattr(new, self.field, new):
            return
        self.show()

    def show(self) -> None:
        """Pull: the control shows what the step holds."""
        value = getattr(self.steps[0], self.setting)
        if self.field and value is None:
            return  # nothing to show yet
        self.pulling = True  # a slider clamps what it cannot show: never push that back
        try:
            value = self.convert[0](getattr(value, self.field) if self.field else value)
            self.door.speak(setattr, self.control, "value", value)
        except (ValueError, TraitError) as error:
            self.say(str(error))
        finally:
            self.pulling = False

    def pushed(self, change: Any) -> None:
        """Push: the control was moved, by a user or by Python."""
        self.door.do(self._push, change["new"])

    def _push(self, value: Any) -> None:
        if self.pulling or value != self.control.value:  # our own echo, or overtaken
            return
        before = [getattr(step, self.setting) for step in self.steps]
        try:
            new = self.convert[1](value)
            for step, old in zip(self.steps, before, strict=True):
                setattr(step, self.setting, self._value(old, new))
        except (ValueError, TraitError) as error:
            for step, old in zip(self.steps, before, strict=True):
                if getattr(step, self.setting) != old:
                    setattr(step, self.setting, old)
            self.show()
            self.say(str(error))
        else:
            self.say("")

    def _value(self, old: Any, new: Any) -> Any:
        """Give the whole setting; read and written in one visit, so that no change is lost."""
        if not self.field:
            return new
        if old is None:
            what = f"Cannot set {self.field} to {new!r}: there is no {self.setting} yet."
            raise InputError(f"{what} Set {self.setting} as a whole first.")
        return replace(old, **{self.field: new})

    def untie(self) -> None:
        """Let control and setting go their own ways."""
        self.steps[0].unobserve(self.changed, self.setting)
        self.control.unobserve(self.pushed, "value")
