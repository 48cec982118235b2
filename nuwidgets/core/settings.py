"""The settings of a step as plain values: their names, what is usual, and why one is refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import traitlets as t

from nuwidgets.core.requests import parts_of
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]

REPORTS = ("state", "product", "error", "progress")
"""What a step says of itself; everything else that can be set is a setting."""


@cache
def names_of(cls: type[t.HasTraits]) -> tuple[str, ...]:
    """Give the names of the settings of a class of steps, in the order of their definition."""
    known = cls.class_traits()
    order = [name for one in reversed(cls.__mro__) for name in vars(one)]
    names = [name for name in dict.fromkeys(order) if name in known and name[0] != "_"]
    own = [name for name in names if not known[name].read_only and name != "notes"]
    return (*own, "notes")


def usual_of(step: AnyStep) -> dict[str, Any]:
    """Give the values that settings have before anybody sets them."""
    return {name: step.traits()[name].default(step) for name in names_of(type(step))}


def refuse_unknown(step: AnyStep, name: str) -> None:
    """Refuse a name that is neither a trait nor a property.

    Raises
    ------
    InputError
        If it is neither; the nearest setting is offered.
    """
    if step.has_trait(name) or isinstance(getattr(type(step), name, None), property):
        return
    known = names_of(type(step))
    raise InputError(f"{type(step).__name__} has no setting {name!r}. {nearest(name, known)}")


def refusal(step: AnyStep, name: str, value: object, error: Exception) -> str:
    """Say why a setting cannot have a value."""
    text, what = str(error), f"Cannot set {name} of {type(step).__name__} to {value!r}"
    if name in REPORTS:
        settings = ", ".join(names_of(type(step)))
        return f"{what}: the step says that itself. Set one of {settings}."
    if "expected" in text:
        return f"{what}: it must be {step.traits()[name].info()}."
    return f"{what}: {text}"


def note_texts(value: Any) -> tuple[tuple[str, str], ...]:
    """Take pairs (about, text), sorted by what they are about; an empty text is no note.

    Raises
    ------
    InputError
        If it is no list of pairs of texts.
    """
    try:
        pairs = dict(value)
    except (TypeError, ValueError):
        pairs = {None: None}
    if not all(isinstance(part, str) for pair in pairs.items() for part in pair):
        raise InputError(f"Cannot use {value!r} as notes. Call note('the reason', 'a setting').")
    return tuple(sorted((about, text.strip()) for about, text in pairs.items() if text.strip()))


def recall(step: AnyStep, request: Any) -> None:
    """Set the settings that `request` was made from, above and beside first. Behind the door."""
    own, others = parts_of(request)
    for other, part in zip(step.beside or step.above, others, strict=False):
        other.recall(part)
    for name in names_of(type(step)):
        if name in own:
            setattr(step, name, own[name])


def suggest(step: AnyStep, settings: dict[str, object]) -> None:
    """Set what nobody has chosen yet. Behind the door."""
    for name, value in settings.items():
        refuse_unknown(step, name)
        now = getattr(step, name)
        if now == step.usual.get(name) and now != value:  # a model set again makes parameters anew
            setattr(step, name, value)
            step.usual[name] = getattr(step, name)


def annotate(step: AnyStep, text: str, about: str) -> None:
    """Keep why a setting has its value, or forget it where `text` is empty. Behind the door."""
    if about:
        refuse_unknown(step, about)
    step.notes = tuple({**dict(step.notes), about: text}.items())


class Value(t.TraitType[Any, Any]):
    """A setting that holds what `make` gives for the value that was set.

    Parameters
    ----------
    make : callable
        Turns what a user may give into the frozen value that is kept; raises InputError.
    default : object
        The first value, given to `make` as well.
    says : str
        What the setting must be, for messages.
    """

    def __init__(self, make: Callable[[Any], Any], default: Any, says: str) -> None:
        super().__init__(default_value=make(default))
        self._make = make
        self.info_text = says

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002  traitlets' signature
        """Give the frozen value."""
        return self._make(value)
