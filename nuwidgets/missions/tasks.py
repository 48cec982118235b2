"""What is known of a task beside its par file: usual settings, and the stages its log announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nuwidgets.domain.task import Parameters, Plain


@dataclass(frozen=True)
class Stage:
    """A part of a task that its log announces."""

    name: str
    """What it is called in a progress line, e.g. ``"A nuhotpix"``."""
    pattern: str
    """Regular expression of the line that says it begins, without groups that capture."""
    weight: float = 1.0
    """Its share of the time, relative to the others of the task; 0 for a heading or the end."""
    word: str = ""
    """A text that every such line holds, as a quick test; empty to look at every line."""


@dataclass(frozen=True)
class Task:
    """A task that the tutorials run."""

    name: str
    """Its name, e.g. ``"nupipeline"``."""
    usual: Parameters = ()
    """The tutorial's settings, where they differ from the par file's."""
    shown: tuple[str, ...] = ()
    """Parameters that are set by hand most; the others are under "More"."""
    hidden: tuple[str, ...] = ()
    """Parameters that we set ourselves: folders, names of files, prompts."""
    stages: Callable[[Mapping[str, Plain]], tuple[Stage, ...]] = lambda _given: ()
    """Gives the stages that a run with these parameters goes through, in their order."""
    says: str = ""
    """What it does, in one sentence."""
    needs_caldb: bool = False
    """Whether it looks calibration files up in the CALDB."""
    breaks_on_blanks: bool = False
    """Whether it hands paths on unquoted, so that blanks in them or long ones break it."""

    def with_chosen(self, parameters: Parameters) -> dict[str, Plain]:
        """Give the usual settings with those put over them that someone chose.

        Raises
        ------
        InputError
            If one is chosen that is set for the user, such as the folder of the products.
        """
        for name, value in parameters:
            if name in self.hidden:
                raise InputError(
                    f"Cannot set {name}={value!r} of {self.name}: it is filled in for each run."
                    " Leave it out."
                )
        return {**dict(self.usual), **dict(parameters)}


def is_yes(value: Plain) -> bool:
    """Say whether a parameter means yes, as HEASoft reads it.

    Examples
    --------
    >>> [is_yes(value) for value in (True, "yes", "Y", "no", 0, None)]
    [True, True, True, False, False, False]
    """
    return value is True or str(value).strip().lower() in ("yes", "y", "true", "t")


def says(given: Mapping[str, Plain], name: str, *, usual: bool = True) -> bool:
    """Say whether a switch is on; where it is not given, it is as usual."""
    return is_yes(given.get(name, usual))


def number_of(given: Mapping[str, Plain], name: str, usual: int) -> int:
    """Give a whole number, also one written as text; as usual where it is none or not given."""
    text = str(given.get(name, usual)).strip()
    return int(text) if text.isdecimal() else usual


def is_none(value: Plain) -> bool:
    """Say whether a parameter means that there is nothing, e.g. that a file is not to be made."""
    return value is None or str(value).strip().upper() == "NONE"
