"""Settings of what draws at random: how many draws, which part of them, and where they begin."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_SEED = 2**32 - 1
"""What numpy's older generators take, which emcee uses."""


def whole(what: str, lowest: int, example: str) -> Callable[[Any], int]:
    """Give what takes a whole number from `lowest` on, and refuses others by naming `what`."""

    def make(value: Any) -> int:
        try:
            number = lowest - 1 if isinstance(value, bool) else operator.index(value)
        except TypeError:
            number = lowest - 1
        if not lowest <= number <= LARGEST_SEED:
            raise InputError(
                f"Cannot use {value!r} as {what}. Give a whole number from {lowest} on, {example}."
            )
        return number

    return make


as_draws = whole("the number of draws", 0, "e.g. 1000, or 0 for no errors")
as_seed = whole("a seed", 0, "e.g. 1")


def as_level(value: Any) -> float:
    """Take a level in per cent.

    Raises
    ------
    InputError
        If it is not between 0 and 100.
    """
    number = float(value) if isinstance(value, int | float) else math.nan
    if not 0 < number < 100:  # noqa: PLR2004  per cent
        raise InputError(f"Cannot use {value!r} as a level. Give per cent, e.g. 90 or 68.3.")
    return number
