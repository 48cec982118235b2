"""What was learned of an archive, kept on disk: catalogues and positions of names."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError
from nuwidgets.files.atomic import save_text
from nuwidgets.files.cache import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

KEPT_S = 30 * 86400.0
"""After so long it is asked again, s."""


class Memory:
    """Facts by key, in this process and, where that is wanted, in the user's cache folder.

    Parameters
    ----------
    on_disk : bool
        Whether they outlast the process.
    """

    def __init__(self, *, on_disk: bool) -> None:
        self._known: dict[str, Any] = {}
        self._on_disk = on_disk

    @property
    def _path(self) -> Path:
        return cache_folder() / "archive.json"

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def recall(self, key: str) -> Any:
        """Give a fact; None where it is not known, or was learned long ago."""
        if key in self._known:
            return self._known[key]
        entry: Any = self._read().get(key) if self._on_disk else None
        try:
            young = 0 <= time.time() - float(entry["when_s"]) < KEPT_S
            return entry["fact"] if young else None
        except (TypeError, KeyError, ValueError):
            return None

    def forget(self, key: str) -> None:
        """Ask again next time."""
        self.learn(key, None)

    def learn(self, key: str, fact: Any) -> None:
        """Keep a fact of plain values; what cannot be written is known in this process alone."""
        self._known[key] = fact
        if self._on_disk:
            entries = {**self._read(), key: {"when_s": time.time(), "fact": fact}}
            with contextlib.suppress(FileError, OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                save_text(self._path, json.dumps(entries, indent=1), overwrite=True)
