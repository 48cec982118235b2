"""Where older versions of a session file lie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OURS = re.compile(r"\d{8}T\d{6}Z(-.+)?\.nuw")
_WHEN = len("20260101T000000Z")


def versions_folder(path: Path) -> Path:
    """Give the folder of the older versions of a session file."""
    return path.with_name(f"{path.stem}-versions")


def versions_of(path: Path) -> tuple[Path, ...]:
    """Give the older versions of a session file, newest first, and nothing else that lies there."""
    try:
        found = [one for one in versions_folder(path).iterdir() if _OURS.fullmatch(one.name)]
    except (OSError, ValueError):  # a name that cannot be one
        return ()
    return tuple(sorted(found, key=_order, reverse=True))


def home_of(path: Path) -> Path:
    """Give the folder that the paths in a session file are relative to."""
    folder = path.absolute().parent
    is_version = folder.name.endswith("-versions") and _OURS.fullmatch(path.name)
    return folder.parent if is_version else folder


def _order(path: Path) -> tuple[str, int, str]:
    """Give what sorts versions of one second by their numbers."""
    return path.name[:_WHEN], len(path.name), path.name
