"""The folder for what can be made again, or must not be lost."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Give the user's cache folder: NUWIDGETS_CACHE, else XDG_CACHE_HOME or ~/.cache."""
    own = os.environ.get("NUWIDGETS_CACHE")
    if own:
        return Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "nuwidgets"
