"""One file from a host to its place: resumed, tried again, checked, and only then named."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.checking import Check, Checker
from nuwidgets.archive.jobs import (
    Job,
    entry_of,
    facts_of,
    free_name,
    is_foreign,
    is_link,
    is_resumable,
    is_same,
    now_utc,
    size_of,
    trouble_in,
    write_all,
    wrong_size,
)
from nuwidgets.archive.paths import place_in, safe_path
from nuwidgets.archive.patience import is_final, pause
from nuwidgets.archive.trouble import why
from nuwidgets.errors import FileError, ServiceError
from nuwidgets.files.download_log import Entry

if TYPE_CHECKING:
    from typing import IO

    from nuwidgets.archive.meter import Meter
    from nuwidgets.archive.remote import Body, Remote
    from nuwidgets.files.download_log import DownloadLog

TRIES = 6
"""So often a file is asked for in a row without a byte coming."""
LARGE = 1 << 20
"""From this size on a file that was begun is noted, so that it can be resumed, bytes."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskFullError(FileError):
    """There is no room: nothing more can be fetched."""


class LostError(ServiceError):
    """Nobody answered, however often a file was asked for."""


class Fetcher:
    """Fetches files of one download.

    Parameters
    ----------
    meter : Meter
        Told what comes.
    at_once : int
        How many files may come at the same time.
    copy : bool
        Whether files that are on this machine are copied, not linked.
    """

    def __init__(self, meter: Meter, at_once: int, *, copy: bool = False) -> None:
        self._meter, self._copy = meter, copy
        self._checker = Checker(at_once)
        self._known: set[Path] = set()  # folders that lead nowhere else
        self._made: set[Path] = set()
        self.kept: list[str] = []
        """What was put aside, a sentence each."""
        self._sized: set[str] = set()  # files whose size only the answer told

    def close(self) -> None:
        """Give up checks that are under way."""
        self._checker.close()

    async def fetch(self, job: Job, remote: Remote, log: DownloadLog) -> bool:
        """Bring a file here; False if it is here already.

        Raises
        ------
        DiskFullError
            If there is no room.
        FileError
            If it cannot be written, or is broken at the archive.
        ServiceError
            If the host does not give it.
        """
        target = self._place(job)
        is_here = await self._is_here(job, target, log)
        if is_here:
            self._meter.here(job.obs_id, size_of(target))
        elif remote.local and not self._copy:
            self._link(job, target, log)
        else:
            await self._bring(job, target, remote, log)
        self._meter.ended(job.obs_id)
        return not is_here

    def _place(self, job: Job) -> Path:
        """Give where a file belongs; folders are looked at once."""
        target = job.folder / job.file.path
        if target.parent not in self._known or not safe_path(job.file.path):
            place_in(job.folder, job.file.path)
            self._known.add(target.parent)
        return target

    def _make_room(self, part: Path) -> None:
        """Make the folder of a file, once."""
        if part.parent not in self._made:
            part.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(part.parent)

    # ---- what is here ------------------------------------------------------------------------

    async def _is_here(self, job: Job, target: Path, log: DownloadLog) -> bool:
        entry, facts = log.whole(job.file.path), facts_of(target)
        if facts is None or (self._copy and is_link(target)):
            return False
        if entry is not None and facts.st_size == entry.size_bytes and is_same(job, entry):
            if facts.st_mtime_ns == entry.mtime_ns:
                return True
        elif entry is not None or facts.st_size != job.file.size_bytes:
            return False
        # touched since, or here before there was a manifest
        found = await self._checker.check(target, job.file.path)
        before = entry.sha256 if entry else ""
        if trouble_in(found, before) or before not in ("", found.sha256):
            return False
        with contextlib.suppress(OSError):  # a disk that is full, or may only be read
            log.add(entry_of(job, target, found, url=entry.url if entry else ""))
        return True

    def _link(self, job: Job, target: Path, log: DownloadLog) -> None:
        """Let a name here lead to a file of the mounted archive."""
        source, aside = Path(job.url), target.with_name(f"{target.name}.part")
        with _writing(target):
            self._make_room(aside)
            aside.unlink(missing_ok=True)
            aside.symlink_to(source)
            self._keep_aside(job, target, log)
            aside.replace(target)
            facts = target.stat()
            log.add(Entry(job.file.path, job.url, now_utc(), facts.st_size, job.file.version,
                          mtime_ns=facts.st_mtime_ns, state="linked"))  # fmt: skip
        self._meter.here(job.obs_id, facts.st_size)

    def _keep_aside(self, job: Job, target: Path, log: DownloadLog) -> None:
        """Let a file that did not come from here keep its content, under another name."""
        if is_foreign(target, log.whole(job.file.path)):
            place = free_name(target)
            target.rename(place)
            self.kept.append(
                f"{job.obs_id}: {target.name} was another file; it is now {place.name}."
            )

    # ---- what comes --------------------------------------------------------------------------

    async def _bring(self, job: Job, target: Path, remote: Remote, log: DownloadLog) -> None:
        """Fetch a file; one that arrives broken is fetched anew once."""
        part = target.with_name(f"{target.name}.part")
        with _writing(target):
            self._make_room(part)
            if facts_of(part) and not is_resumable(job, part, log):
                part.unlink()
        problem = last = ""
        for _ in range(2):
            if problem:
                self._give_back(job, part)
            with _writing(part):
                check = Check(self._checker, part, job.file.path, job.file.size_bytes)
            try:
                await self._stream(job, part, (remote, log), check)
                found = await check.result()
            except BaseException:
                check.drop()
                raise
            problem = trouble_in(found, last) or wrong_size(job, found)
            last = found.sha256
            if not problem:
                with _writing(target):
                    self._keep_aside(job, target, log)
                    part.replace(target)
                    log.add(entry_of(job, target, found, url=job.url))
                return
        self._give_back(job, part)
        raise FileError(f"{job.file.path} is broken as the archive sends it, twice: {problem}.")

    def _give_back(self, job: Job, part: Path) -> None:
        """Take away what is broken."""
        with _writing(part):
            self._meter.came(job.obs_id, -part.stat().st_size)
            part.unlink()

    async def _stream(
        self, job: Job, part: Path, ends: tuple[Remote, DownloadLog], check: Check
    ) -> None:
        """Fetch what is missing of a file, asking again where the connection fails."""
        remote, log = ends
        before = size_of(part)
        self._meter.here(job.obs_id, before)
        if before == 0 and (job.file.size_bytes or 0) >= LARGE:
            with _writing(part):
                log.add(Entry(job.file.path, job.url, now_utc(), job.file.size_bytes,
                              job.file.version, state="begun"))  # fmt: skip
        failures, most = 0, before
        while True:
            if size_of(part) and size_of(part) == job.file.size_bytes:
                return
            try:
                await self._once(job, part, remote, check)
            except (FileError, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001  each library has errors of its own
                failures = 0 if size_of(part) > most else failures + 1
                most = max(most, size_of(part))
                await self._wait(job, error, failures)
            else:
                return

    async def _wait(self, job: Job, error: Exception, failures: int) -> None:
        """Wait before the next try; give up when that is of no use."""
        final = is_final(error)
        if final or failures >= TRIES:
            often = "" if final else f" after {TRIES} tries"
            silent = not final and getattr(error, "status", None) is None
            kind = LostError if silent else ServiceError
            raise kind(f"{job.file.path} could not be fetched{often}: {why(error)}.") from error
        self._meter.notes[job.obs_id] = f"trying again: {why(error)}" if failures > 1 else ""
        await pause(error, failures)

    async def _once(self, job: Job, part: Path, remote: Remote, check: Check) -> None:
        start = size_of(part)
        async with remote.read(job.url, start, job.file.version) as body:
            if body.start != start:  # the host begins anew
                self._meter.came(job.obs_id, body.start - start)
                check.spoil()
            if job.file.size_bytes is None and body.size_bytes and job.url not in self._sized:
                self._sized.add(job.url)
                self._meter.sized(job.obs_id, body.size_bytes)
            with _writing(part):
                out = part.open("ab" if body.start else "wb", buffering=0)
            with contextlib.closing(out):
                await self._pour(job, body, out, part)
        self._meter.notes.pop(job.obs_id, None)

    async def _pour(self, job: Job, body: Body, out: IO[bytes], part: Path) -> None:
        size, most = body.start, body.size_bytes or job.file.size_bytes
        async for chunk in body.chunks:
            size += len(chunk)
            if most is not None and size > most:
                raise FileError(f"{job.file.path} is larger than the archive says: {most} bytes.")
            with _writing(part):
                write_all(out, chunk)
            self._meter.came(job.obs_id, len(chunk))
        if body.size_bytes is not None and size < body.size_bytes:
            raise ServiceError("the connection was cut")


@contextlib.contextmanager
def _writing(path: Path) -> Any:
    """Turn trouble with this machine's disk into our errors."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(
                f"The disk is full: {str(path.parent)!r} has no room left. What was finished is"
                " kept. Free some room, or choose another folder, and start again: it goes on"
                " where it was."
            ) from error
        raise FileError(
            f"Cannot write {str(path)!r}: {error.strerror or error}. Check that the folder may be"
            " written to."
        ) from error
