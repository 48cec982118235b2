"""Download chosen files: several at once, one observation's failure never another's."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.fetch import DiskFullError, Fetcher
from nuwidgets.archive.jobs import Job
from nuwidgets.archive.loop import on_loop
from nuwidgets.archive.meter import Count, Meter
from nuwidgets.archive.remote import remote_of
from nuwidgets.archive.trouble import why
from nuwidgets.domain.archive_file import in_units
from nuwidgets.domain.download import DONE, FAILED, HERE, Download, Fetched
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError, InputError, NuwidgetsError, ServiceError
from nuwidgets.files.download_log import DownloadLog
from nuwidgets.missions.archive import is_secret
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import choose

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places
    from nuwidgets.archive.remote import Remote
    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest

LOST = 3
"""After so many files in a row that could not be had, a host is taken to be gone."""
SPARE_BYTES = 50_000_000
"""Room that is left free on a disk, bytes."""


def download(
    request: DownloadRequest, files: Files, places: Places, token: Any, at_once: int = 8
) -> Download:
    """Bring the chosen files here.

    Raises
    ------
    InputError
        If nothing is chosen, or there is no room.
    FileError
        If the disk is full, or the folder cannot be written to.
    CancelledError
        When it was stopped; what is here stays, and the next call goes on from it.
    """
    wanted = choose(files, request)
    home = Path(request.folder) / files.mission.lower()
    if not any(one.files or one.problem for one in wanted):
        raise InputError(
            "Cannot download: no files are chosen. Choose another preset or pattern, or tick files."
        )
    _check_room(wanted, home, copy=request.copy)
    return _Run(request, wanted, home, places, at_once).run(token)


def free_bytes(folder: str | Path) -> int | None:
    """Give the free room where a folder is or would be, bytes; None if nobody can say."""
    place = Path(folder).expanduser().absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return None


def _check_room(wanted: tuple[ObservationFiles, ...], home: Path, *, copy: bool) -> None:
    linked = not copy and all(not one.root.startswith(("http", "s3:")) for one in wanted)
    free = free_bytes(home)
    if linked or free is None:
        return
    needed = sum(one.size_bytes - _here(home / one.obs_id, one) for one in wanted if one.files)
    if needed > max(0, free - SPARE_BYTES):
        raise InputError(
            f"Cannot download {in_units(needed)}: {str(home)!r} has {in_units(free)} free. Choose"
            " fewer files, or another folder."
        )


def _here(folder: Path, one: ObservationFiles) -> int:
    """Give how much of an observation is here already, about."""
    with contextlib.suppress(FileError, OSError):
        known = DownloadLog(folder)
        return sum(f.size_bytes or 0 for f in one.files if known.whole(f.path) is not None)
    return 0


class _Run:
    """One download from its beginning to its end."""

    def __init__(
        self,
        request: DownloadRequest,
        wanted: tuple[ObservationFiles, ...],
        home: Path,
        places: Places,
        at_once: int,
    ) -> None:
        self._request, self._wanted, self._home, self._places = request, wanted, home, places
        self._meter = Meter([Count(one.obs_id, len(one.files), one.size_bytes) for one in wanted])
        self._fetcher = Fetcher(self._meter, at_once, copy=request.copy)
        self._at_once = at_once
        self._problems: dict[str, list[str]] = {one.obs_id: [] for one in wanted}
        self._lost = 0
        self._moved: set[str] = set()
        self._remotes: dict[str, Remote] = {}
        self._logs: dict[str, DownloadLog] = {}

    def run(self, token: Any) -> Download:
        """Fetch all that can be had."""
        token.report(0.0, "downloading")

        def report() -> None:
            meter = self._meter
            token.report(meter.all.fraction, line=meter.line(), parts=meter.parts())

        on_loop(self._all, token, report)
        return Download(
            self._request.folder,
            tuple(self._fetched(one) for one in self._wanted),
            Provenance(warnings=tuple(self._said())),
        )

    async def _all(self) -> None:
        jobs = iter([job for one in self._wanted for job in self._jobs(one)])
        workers = [asyncio.ensure_future(self._work(jobs)) for _ in range(self._at_once)]
        try:
            await asyncio.gather(*workers)
        finally:
            self._fetcher.close()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            for log in self._logs.values():
                log.close()
            for remote in self._remotes.values():
                await remote.close()

    def _jobs(self, one: ObservationFiles) -> list[Job]:
        """Give the files of an observation that are to be fetched; say why there are none."""
        problems = self._problems[one.obs_id]
        mission = missions()[self._request.files.find.mission]
        if one.problem or not one.files:
            problems.append(one.problem or "None of its files is chosen.")
        elif not re.fullmatch(mission.obsid_pattern, one.obs_id):
            problems.append(f"{one.obs_id!r} is no ObsID of {mission.name}.")
        else:
            secret = [file.path for file in one.files if is_secret(file.path)]
            if secret:
                problems.append(f"{secret[0]} is encrypted: only the owners can decode it.")
            folder = self._home / one.obs_id
            open_to_all = (file for file in one.files if not is_secret(file.path))
            return [Job(one.obs_id, file, one.root, folder) for file in open_to_all]
        self._meter.counts[one.obs_id].state = FAILED
        return []

    async def _work(self, jobs: Any) -> None:
        """Fetch file after file, until none is left."""
        for job in jobs:
            count = self._meter.counts[job.obs_id]
            count.state = "running"
            try:
                await self._one(job)
            except DiskFullError:
                raise
            except NuwidgetsError as error:
                self._failed(job, error)
            except Exception as error:  # noqa: BLE001  of one file: the others go on
                self._problems[job.obs_id].append(f"{job.file.path}: {why(error)}.")
            if count.done_files == count.n_files:
                count.state = DONE if job.obs_id in self._moved else HERE

    async def _one(self, job: Job) -> None:
        if job.obs_id not in self._logs:
            self._logs[job.obs_id] = DownloadLog(job.folder)
        scheme = job.root.partition("://")[0]
        if scheme not in self._remotes:
            self._remotes[scheme] = remote_of(job.root, self._places)
        if await self._fetcher.fetch(job, self._remotes[scheme], self._logs[job.obs_id]):
            self._moved.add(job.obs_id)
        self._lost = 0

    def _failed(self, job: Job, error: NuwidgetsError) -> None:
        self._problems[job.obs_id].append(str(error))
        count = self._meter.counts[job.obs_id]
        count.state, self._meter.notes[job.obs_id] = FAILED, str(error)
        gone = isinstance(error, ServiceError) and "tries" in str(error)
        self._lost = self._lost + 1 if gone else self._lost
        if self._lost >= LOST:
            raise ServiceError(
                f"The download broke off: the host does not answer any more. {error} What was"
                " finished is kept. Try again later, or choose another host."
            )

    def _fetched(self, one: ObservationFiles) -> Fetched:
        count, problems = self._meter.counts[one.obs_id], self._problems[one.obs_id]
        state = FAILED if problems else DONE if one.obs_id in self._moved else HERE
        more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
        return Fetched(
            one.obs_id,
            str(self._home / one.obs_id),
            state,
            count.done_files,
            count.done_bytes,
            problems[0] + more if problems else "",
        )

    def _said(self) -> list[str]:
        return [f"{name}: {said[0]}" for name, said in self._problems.items() if said]
