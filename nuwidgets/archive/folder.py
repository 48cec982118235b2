"""An observation's folder while it is filled: its lock, its manifest, and how it fares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.download import DONE, FAILED, HERE, Fetched
from nuwidgets.errors import FileError
from nuwidgets.files.download_log import DownloadLog

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock

    from nuwidgets.archive.meter import Count

LOST = 3
"""After so many files in a row for which nobody answered, the others are not asked for."""


class Folder:
    """The folder of one observation, for one download.

    Parameters
    ----------
    home : Path
        The mission's folder in the workspace.
    count : Count
        What there is to do of it, and what is done.
    """

    def __init__(self, home: Path, count: Count) -> None:
        self.path, self.count = home / count.name, count
        self.problems: list[str] = []
        """What went wrong, a sentence each."""
        self.moved = False
        """Whether something came; else all was here before."""
        self.given_up = False
        """Whether nothing more is to be tried here."""
        self._lost = 0
        self._log: DownloadLog | None = None
        self._lock: BaseFileLock | None = None

    @property
    def log(self) -> DownloadLog:
        """The manifest; the folder is locked when it is first asked for.

        Raises
        ------
        FileError
            If another download fills the folder, or the manifest cannot be read.
        """
        if self._log is None:
            self._acquire()
            self._log = DownloadLog(self.path)
        return self._log

    def _acquire(self) -> None:
        from filelock import FileLock, Timeout

        lock = FileLock(self.path.with_name(f".{self.path.name}.lock"), 0, thread_local=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            self.given_up = True
            raise FileError(
                f"Another download is filling {str(self.path)!r}. Wait for its end, then start"
                " again; or choose another folder."
            ) from error
        except (OSError, NotImplementedError):
            return  # no locks on this disk; what cannot be written is said by whoever writes
        self._lock = lock

    def came(self, *, moved: bool) -> None:
        """Take in that a file is here."""
        self.moved = self.moved or moved
        self._lost = 0
        if self.count.done_files == self.count.n_files and not self.problems:
            self.count.state = DONE if self.moved else HERE

    def failed(self, problem: str, *, lost: bool) -> None:
        """Take in that a file cannot be had; `lost` if nobody answered."""
        self.problems.append(problem)
        self.count.state = FAILED
        self._lost = self._lost + 1 if lost else 0
        self.given_up = self.given_up or self._lost >= LOST

    def fetched(self) -> Fetched:
        """Say how it fared."""
        more = len(self.problems) - 1
        words = f" And {more} more." if more > 0 else ""
        state = FAILED if self.problems else DONE if self.moved else HERE
        problem = self.problems[0] + words if self.problems else ""
        count = self.count
        return Fetched(
            count.name, str(self.path), state, count.done_files, count.done_bytes, problem
        )

    def close(self) -> None:
        """Let manifest and lock go."""
        if self._log is not None:
            self._log.close()
        if self._lock is not None:
            self._lock.release()
