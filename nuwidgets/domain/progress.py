"""How far several things are that are done side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One of several things that a computation does side by side."""

    name: str
    """What it is, e.g. the number of an observation."""
    state: str
    """``"waiting"``, ``"running"``, ``"done"``, ``"failed"`` ..."""
    fraction: float | None = None
    """Part done, 0 to 1; None when nobody can say."""
    says: str = ""
    """How far it is, in words."""
