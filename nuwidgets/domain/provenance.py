"""Where a product comes from: engine, versions, request, seconds, warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Provenance:
    """How a product was made; every product carries one."""

    engine: str = ""
    """Name of the engine that answered, e.g. ``"embedded"``."""
    version: str = ""
    """Version of that engine."""
    seconds: float = 0.0
    """Time the computation took, s."""
    request: Any = field(default=None, repr=False)
    """The request that was answered."""
    warnings: tuple[str, ...] = ()
    """Sentences a user should read before trusting the product."""
    approximate: str = ""
    """Why the product is approximate, in one sentence; empty when it is not."""
    log_tail: tuple[str, ...] = ()
    """The last lines of the engine's log."""
    log_path: str = ""
    """Where the whole log is; empty when there is none."""
    sidecar_path: str = ""
    """The JSON file beside the products that says how they were made; empty without files."""
    versions: tuple[tuple[str, str], ...] = ()
    """Versions of task, HEASoft and calibration, as pairs (name, version)."""
