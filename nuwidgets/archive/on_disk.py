"""What of the listed files is on the disk already, by the manifests there, and how much is free.

It is looked up apart from the door: a folder may lie on a slow disk.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.archive.jobs import size_of
from nuwidgets.archive.paths import PART
from nuwidgets.errors import FileError
from nuwidgets.files.download_log import DownloadLog

if TYPE_CHECKING:
    from nuwidgets.domain.archive_file import ObservationFiles


SPARE_BYTES = 50_000_000
"""Room that is left free on a disk, bytes."""


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

    @property
    def room_bytes(self) -> int:
        """What may be filled, bytes; 0 where nobody can say."""
        return max(0, (self.free_bytes or 0) - self.spare_bytes)

    def needed(self, observations: tuple[ObservationFiles, ...], *, copy: bool) -> int:
        """Give the room that files need which are not here: bytes; what is linked needs none."""
        coming = (one for one in observations if copy or one.is_remote)
        return sum(max(0, one.size_bytes - self.found(one).size_bytes) for one in coming)


def free_bytes(folder: str | Path) -> int | None:
    """Give the free room where a folder is or would be, bytes; None if nobody can say."""
    place = Path(folder).expanduser().absolute()
    try:
        while not place.exists() and place != place.parent:
            place = place.parent
        return shutil.disk_usage(place).free
    except OSError:
        return None


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
    home = Path(folder) / mission.lower()
    disk = OnDisk(free_bytes(home), SPARE_BYTES)
    for one in listed:
        if Path(one.obs_id).name == one.obs_id:  # a number, and no way out of the folder
            with contextlib.suppress(FileError, OSError):
                _add(home / one.obs_id, one, disk)
    return disk


def _add(folder: Path, one: ObservationFiles, disk: OnDisk) -> None:
    log = DownloadLog(folder)
    for file in one.files if log.entries else ():
        key, target = f"{one.obs_id}/{file.path}", folder / file.path
        if (entry := log.whole(file.path)) is not None:
            if (size := size_of(target)) == entry.size_bytes:
                disk.whole[key] = size
        elif log.begun(file.path) is not None:
            disk.begun[key] = size_of(target.with_name(f"{target.name}{PART}"))
