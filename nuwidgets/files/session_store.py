"""Where a session file lies: one writer, whole files, older versions, and a place for the worst."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import shutil
import socket
import time
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from nuwidgets.errors import FileError
from nuwidgets.files.atomic import replace_bytes
from nuwidgets.files.cache import cache_folder
from nuwidgets.files.versions import ENDING, new_version, versions_folder, versions_of

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = 20
"""So many older versions are kept."""
VERSION_S = 60.0
"""At most one of them in this time, s."""
Stamp = tuple[int, int, int]


class SessionStore:
    """The disk's side of a session file.

    Parameters
    ----------
    path : Path
        The session file; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.owner = ""
        """Who else has it open, where it could not be locked."""
        self._lock = FileLock(self._beside("lock"), timeout=0, thread_local=False)
        self._stamp: Stamp | None = None
        self._version_s = -math.inf
        self._taken_over = True  # until the first write: what is there is another's work
        self._lock_number: int | None = None

    def _beside(self, what: str) -> Path:
        return self.path.with_name(f".{self.path.name}.{what}")

    @property
    def locked(self) -> bool:
        """Whether this is the one writer."""
        return bool(self._lock.is_locked)

    def acquire(self) -> bool:
        """Become the one writer; False, and `owner` says why, if that cannot be."""
        try:
            if not self.path.parent.is_dir():  # filelock would make it, where a disk is pulled out
                self.owner = "its folder is not there"
                return False
            self._lock.acquire()
        except Timeout:
            self.owner = self._read_owner()
            return False
        except (OSError, NotImplementedError) as error:
            self.owner = f"its folder cannot be written to ({error})"
            return False
        who = f"on {socket.gethostname()}, process {os.getpid()}"
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        with contextlib.suppress(OSError):
            self._beside("owner").write_text(f"{who}, since {since}", encoding="utf-8")
        self.owner = ""
        self._stamp, self._lock_number = stamp_of(self.path), self._number_of_lock()
        return True

    def _number_of_lock(self) -> int | None:
        found = stamp_of(self._beside("lock"))
        return found[-1] if found else None

    def _hold(self) -> None:
        """Lock again where the folder was pulled away, or another one is in its place."""
        if self.locked and self._number_of_lock() == self._lock_number is not None:
            return
        known = self._stamp
        self.release()
        if not self.acquire():
            raise FileError(f"Cannot write the session file {str(self.path)!r}: {self.owner}.")
        self._stamp = known

    def _read_owner(self) -> str:
        try:
            who = self._beside("owner").read_text(encoding="utf-8")[:200]
        except (OSError, ValueError):
            who = ""
        return f"it is open in another notebook or script ({who.strip() or 'nobody says where'})"

    def release(self) -> None:
        """Let others write."""
        if self.locked:
            if self._number_of_lock() == self._lock_number:  # else it is another's
                with contextlib.suppress(OSError):
                    self._beside("owner").unlink(missing_ok=True)
            self._lock.release()

    def write(self, text: str) -> str:
        """Replace the file, whole or not at all; what was there may become a version.

        Returns
        -------
        str
            A warning, if someone else had changed the file since.

        Raises
        ------
        FileError
            If it cannot be written; the old file then is as it was.
        """
        self._hold()
        said, found = "", stamp_of(self.path)
        try:
            if found is not None and found != self._stamp:
                theirs = self._put_aside("-changed-by-others")
                said = f"The file was changed by someone else; theirs is kept as {str(theirs)!r}."
            elif found is not None and time.monotonic() - self._version_s > VERSION_S:
                self._put_aside_if_possible()
            replace_bytes(self.path, text.encode())
        except OSError as error:
            raise FileError(
                f"Cannot write the session file {str(self.path)!r}: {error.strerror or error}."
            ) from error
        self._stamp, self._taken_over = stamp_of(self.path), False
        return said

    def _put_aside_if_possible(self) -> None:
        """Keep the present file as a version; only of what is ours it may fail."""
        try:
            self._put_aside("")
        except OSError as error:
            if self._taken_over:
                raise FileError(
                    f"Cannot write the session file {str(self.path)!r}: what is there could not be"
                    f" kept as a version first ({error.strerror or error}). Check the folder"
                    f" {str(versions_folder(self.path))!r}, or choose another name."
                ) from error

    def _put_aside(self, why: str) -> Path:
        """Keep the present file among the versions, of which the oldest go."""
        target = new_version(self.path, why)
        target.parent.mkdir(exist_ok=True)
        try:
            shutil.copyfile(self.path, target)
        except OSError:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)  # half a version is none
            raise
        with contextlib.suppress(OSError):  # some disks know no modes
            shutil.copystat(self.path, target)
        self._version_s = time.monotonic()
        for old in versions_of(self.path)[VERSIONS:]:
            with contextlib.suppress(OSError):
                old.unlink()
        return target

    def rescue_path(self) -> Path:
        """Give the place for what cannot be written where it belongs."""
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:8]
        return cache_folder() / "rescue" / f"{self.path.stem}-{digest}{ENDING}"

    def rescue(self, text: str) -> Path:
        """Write to the user's cache folder instead.

        Raises
        ------
        FileError
            If that cannot be written either.
        """
        place = self.rescue_path()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_bytes(place, text.encode())
        except OSError as error:
            raise FileError(f"Cannot write {str(place)!r}: {error.strerror or error}.") from error
        return place

    def newer_rescue(self) -> Path | None:
        """Give the rescued copy, if it is newer than the file."""
        place = self.rescue_path()
        there, here = stamp_of(place), stamp_of(self.path)
        return place if there and (here is None or there[0] > here[0]) else None

    def forget_rescue(self) -> None:
        """Remove the rescued copy: what is in it was written where it belongs."""
        with contextlib.suppress(OSError):
            self.rescue_path().unlink(missing_ok=True)


def stamp_of(path: Path) -> Stamp | None:
    """Give time of change, ns, size and number of a file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
