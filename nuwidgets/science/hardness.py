"""Hardness of two rates, with errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


def difference(
    soft: Floats, soft_error: Floats, hard: Floats, hard_error: Floats
) -> tuple[Floats, Floats]:
    """Give (H - S) / (H + S) and its error, shape (n,); NaN where the sum is not above 0.

    Notes
    -----
    The error is ``2 sqrt(H^2 sS^2 + S^2 sH^2) / (H + S)^2``: Gaussian errors carried through to
    first order, the classical method of Park et al. 2006 (2006ApJ...652..610P), section 2. It is
    wrong for a few counts, and where a background takes nearly all of a band away.
    """
    total = np.where(hard + soft > 0, hard + soft, np.nan)
    error = 2 * np.hypot(hard * soft_error, soft * hard_error) / total**2
    return (hard - soft) / total, error


def ratio(
    soft: Floats, soft_error: Floats, hard: Floats, hard_error: Floats
) -> tuple[Floats, Floats]:
    """Give H / S and its error, shape (n,); NaN where S is not above 0.

    Notes
    -----
    The error is ``sqrt(sH^2 + (H / S)^2 sS^2) / S``: Gaussian errors carried through to first
    order, as for `difference`.
    """
    below = np.where(soft > 0, soft, np.nan)
    value = hard / below
    return value, np.hypot(hard_error, value * soft_error) / below
