"""Settings that are values of our own: coerced and checked when they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

if TYPE_CHECKING:
    from collections.abc import Callable


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
