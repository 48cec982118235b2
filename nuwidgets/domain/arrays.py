"""Products are shared between threads and panels: their arrays are read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Mask = NDArray[np.bool_]


def lock_arrays(product: object) -> None:
    """Make every numpy array among the fields of a frozen dataclass read-only."""
    for value in vars(product).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
