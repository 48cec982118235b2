"""Whether an axis is linear or logarithmic when nobody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

SCALES: dict[str, bool | None] = {"auto": None, "linear": False, "log": True}
"""What one may choose: words, and `log` of `is_log`."""
WIDE = 30.0
"""Positive values with a larger ratio are easier to read on a logarithmic axis."""


def is_log(log: bool | None, values: ArrayLike) -> bool:  # noqa: FBT001  a wish, not a switch
    """Say whether values are drawn on a logarithmic axis; never where one is not above 0.

    Parameters
    ----------
    log : bool or None
        What is wished; None for logarithmic where values go over a factor of 30.
    values : array_like
        What is drawn; other than finite numbers do not count.

    Examples
    --------
    >>> is_log(None, [1, 50]), is_log(None, [1, 5]), is_log(True, [0, 5])
    (True, False, False)
    """
    number = np.asarray(values, float)
    number = number[np.isfinite(number)]
    if log is False or not number.size or not (number > 0).all():
        return False
    return bool(log or number.max() > WIDE * number.min())
