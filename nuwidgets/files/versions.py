"""Where older versions of a session file lie."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENDING = ".nuw"
"""Of session files."""
_OURS = re.compile(r"\d{8}T\d{6}(\.\d{6})?Z(-.+)?\.nuw")


def versions_folder(path: Path) -> Path:
    """Give the folder of the older versions of a session file."""
    return path.with_name(f"{path.stem}-versions")


def versions_of(path: Path) -> tuple[Path, ...]:
    """Give the older versions of a session file, newest first, and nothing else that lies there."""
    try:
        found = [one for one in versions_folder(path).iterdir() if _OURS.fullmatch(one.name)]
    except (OSError, ValueError):  # a name that cannot be one
        return ()
    return tuple(sorted(found, reverse=True))


def home_of(path: Path) -> Path:
    """Give the folder that the paths in a session file are relative to."""
    folder = path.absolute().parent
    return folder.parent if is_version(path) else folder


def is_version(path: Path) -> bool:
    """Whether a session file is an older version of another."""
    folder = path.absolute().parent.name
    return folder.endswith("-versions") and _OURS.fullmatch(path.name) is not None


def new_version(path: Path, why: str = "") -> Path:
    """Name the version that is made of a session file now, in UTC to the microsecond."""
    now_ns = time.time_ns()
    when = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now_ns // 10**9))
    return versions_folder(path) / f"{when}.{now_ns // 1000 % 10**6:06d}Z{why}.nuw"
