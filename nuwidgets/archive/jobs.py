"""A file that is wanted, and how what is on the disk compares with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from nuwidgets.files.download_log import Entry

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import IO

    from nuwidgets.domain.archive_file import ArchiveFile
    from nuwidgets.files.download_log import DownloadLog
    from nuwidgets.files.wholeness import Wholeness


@dataclass(frozen=True)
class Job:
    """A file that is wanted."""

    obs_id: str
    """Number of its observation."""
    file: ArchiveFile
    """What the archive says of it."""
    root: str
    """Address of the observation's folder."""
    folder: Path
    """The observation's folder here."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.root.rstrip('/')}/{self.file.path}"


def facts_of(path: Path) -> os.stat_result | None:
    """Give size and times of a file; None where there is none."""
    try:
        return path.stat()
    except OSError:
        return None


def is_link(path: Path) -> bool:
    """Whether a name leads to a file elsewhere."""
    return path.is_symlink()


def size_of(part: Path) -> int:
    """Give the size of a file, bytes; 0 where there is none."""
    facts = facts_of(part)
    return facts.st_size if facts else 0


def is_foreign(path: Path, entry: Entry | None) -> bool:
    """Whether a file is there that is not the one that the manifest knows."""
    facts = facts_of(path)
    if facts is None or is_link(path):
        return False
    return entry is None or (facts.st_size, facts.st_mtime_ns) != (entry.size_bytes, entry.mtime_ns)


def free_name(path: Path) -> Path:
    """Give a name beside a file's that nothing has."""
    names = (f"{path.name}.old{n or ''}" for n in count())
    return next(place for name in names if not (place := path.with_name(name)).exists())


def is_same(job: Job, entry: Entry) -> bool:
    """Whether what is here is what the host has now."""
    if entry.url == job.url and entry.version and job.file.version:
        return entry.version == job.file.version
    return job.file.size_bytes in (None, entry.size_bytes)


def is_resumable(job: Job, part: Path, log: DownloadLog) -> bool:
    """Whether what was begun belongs to the file that the host has now."""
    begun = log.begun(job.file.path)
    if begun is None or begun.url != job.url or begun.version != job.file.version:
        return False
    return 0 < size_of(part) <= (job.file.size_bytes or 0) == begun.size_bytes


def trouble_in(found: Wholeness, before: str) -> str:
    """Say what is wrong with a file; empty if it is as the archive has it.

    Parameters
    ----------
    found : Wholeness
        What a check found.
    before : str
        SHA-256 of the file when it came before: one that comes twice the same is what the archive
        has, and a wrong checksum in it a mistake of whoever wrote it.
    """
    same = found.only_sums and (found.sha256 == before or not found.fetch_again)
    return "" if same else found.problem


def wrong_size(job: Job, found: Wholeness) -> str:
    """Say that a file has another size than the archive says; empty if it has not."""
    if job.file.size_bytes in (None, found.size_bytes):
        return ""
    return f"it has {found.size_bytes} bytes, and the archive says {job.file.size_bytes}"


def entry_of(job: Job, target: Path, found: Wholeness, url: str) -> Entry:
    """Give the line of the manifest for a file that is here, whole."""
    facts = target.stat()
    return Entry(job.file.path, url, now_utc(), facts.st_size, job.file.version, found.sha256,
                 facts.st_mtime_ns, "whole", found.problem or found.remark)  # fmt: skip


def write_all(out: IO[bytes], data: bytes) -> None:
    """Write bytes into a file without a buffer, which may take them bit by bit."""
    left = memoryview(data)
    while left:
        left = left[out.write(left) :]


def now_utc() -> str:
    """Give the time of now, e.g. ``"2026-01-31T12:00:00Z"``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
