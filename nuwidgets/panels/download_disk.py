"""What of the listed files is on the disk already, by the manifests there, and how much is free.

It is looked up apart from the door: a folder may lie on a slow disk.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from nuwidgets.domain.archive_file import ObservationFiles


@dataclass(frozen=True)
class Found:
    """What is here of some files."""

    n_files: int = 0
    """Those that are here whole."""
    size_bytes: int = 0
    """Their size, and that of what was begun, bytes."""


@dataclass(frozen=True, eq=False)
class OnDisk:
    """What is here of all that is listed."""

    free_bytes: int | None = None
    """Free room, bytes; None if nobody can say."""
    spare_bytes: int = 0
    """So much of it is to stay free, bytes."""
    whole: dict[str, int] = field(default_factory=dict)
    """Sizes of the files that are here, by ``obs_id/path``, bytes."""
    begun: dict[str, int] = field(default_factory=dict)
    """What is here of files that were begun and not ended, bytes."""

    def found(self, *observations: ObservationFiles) -> Found:
        """Give what is here of the files of observations."""
        keys = [f"{one.obs_id}/{file.path}" for one in observations for file in one.files]
        sizes = [self.whole[key] for key in keys if key in self.whole]
        return Found(len(sizes), sum(sizes) + sum(self.begun.get(key, 0) for key in keys))


def look(folder: str, mission: str, listed: tuple[ObservationFiles, ...]) -> OnDisk:
    """Look up what is here of the listed files; takes its time.

    Parameters
    ----------
    folder : str
        The workspace.
    mission : str
        Name of the mission.
    listed : tuple of ObservationFiles
        The files, by observation.
    """
    from nuwidgets.archive.download import SPARE_BYTES, free_bytes

    home = Path(folder) / mission.lower()
    disk = OnDisk(free_bytes(home), SPARE_BYTES)
    for one in listed:
        if Path(one.obs_id).name == one.obs_id:  # a number, and no way out of the folder
            with contextlib.suppress(FileError, OSError):
                _add(home / one.obs_id, one, disk)
    return disk


def _add(folder: Path, one: ObservationFiles, disk: OnDisk) -> None:
    from nuwidgets.files.download_log import DownloadLog

    log = DownloadLog(folder)
    for file in one.files if log.entries else ():
        key, target = f"{one.obs_id}/{file.path}", folder / file.path
        if (entry := log.whole(file.path)) is not None:
            if (size := _size(target)) == entry.size_bytes:
                disk.whole[key] = size
        elif log.begun(file.path) is not None:
            disk.begun[key] = _size(target.with_name(f"{target.name}.part"))


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except OSError:
        return 0
