"""Download chosen files: several at once, one observation's failure never another's."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.fetch import DiskFullError, Fetcher, LostError
from nuwidgets.archive.folder import Folder
from nuwidgets.archive.hosts import remote_of
from nuwidgets.archive.jobs import Job
from nuwidgets.archive.loop import on_loop
from nuwidgets.archive.meter import Count, Meter
from nuwidgets.archive.on_disk import look
from nuwidgets.archive.trouble import why
from nuwidgets.domain.archive_file import in_units
from nuwidgets.domain.download import Download
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError, NuwidgetsError, ServiceError
from nuwidgets.missions.archive import is_secret
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import choose

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places
    from nuwidgets.archive.remote import Remote
    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest

SILENT = 2
"""After so many observations in a row for which nobody answered, a host is taken to be gone."""


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
    _check_room(request, files.mission, wanted)
    return _Run(request, wanted, home, places, at_once).run(token)


def _check_room(
    request: DownloadRequest, mission: str, wanted: tuple[ObservationFiles, ...]
) -> None:
    disk = look(request.folder, mission, wanted)
    needed = disk.needed(wanted, copy=request.copy)
    if disk.free_bytes is not None and needed > disk.room_bytes:
        raise InputError(
            f"Cannot download {in_units(needed)}: {request.folder!r} has"
            f" {in_units(disk.free_bytes)} free. Choose fewer files, or another folder."
        )


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
        self._request, self._wanted, self._places, self._at_once = request, wanted, places, at_once
        self._meter = Meter([Count(one.obs_id, len(one.files), one.size_bytes) for one in wanted])
        self._fetcher = Fetcher(self._meter, at_once, copy=request.copy)
        self._folders = {name: Folder(home, count) for name, count in self._meter.counts.items()}
        self._silent: set[str] = set()  # observations given up in a row, since a file came
        self._remotes: dict[str, Remote] = {}

    def run(self, token: Any) -> Download:
        """Fetch all that can be had."""
        token.report(0.0, "downloading")

        def report() -> None:
            meter = self._meter
            token.report(meter.all.fraction, line=meter.line(), parts=meter.parts())

        on_loop(self._all, token, report)
        fetched = tuple(folder.fetched() for folder in self._folders.values())
        said = (
            *(f"{one.obs_id}: {one.problem}" for one in fetched if one.problem),
            *self._fetcher.kept,
        )
        return Download(self._request.folder, fetched, Provenance(warnings=said))

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
            for folder in self._folders.values():
                folder.close()
            for remote in self._remotes.values():
                await remote.close()

    def _jobs(self, one: ObservationFiles) -> list[Job]:
        """Give the files of an observation that are to be fetched; say why there are none."""
        folder = self._folders[one.obs_id]
        mission = missions()[self._request.files.find.mission]
        if one.problem or not one.files:
            folder.failed(one.problem or "None of its files is chosen.", lost=False)
            return []
        if not re.fullmatch(mission.obsid_pattern, one.obs_id):
            folder.failed(f"{one.obs_id!r} is no ObsID of {mission.name}.", lost=False)
            return []
        secret = [file.path for file in one.files if is_secret(file.path)]
        if secret:
            words = f"{secret[0]} is encrypted: only the owners can decode it."
            folder.failed(words, lost=False)
        open_to_all = (file for file in one.files if not is_secret(file.path))
        return [Job(one.obs_id, file, one.root, folder.path) for file in open_to_all]

    async def _work(self, jobs: Any) -> None:
        """Fetch file after file, until none is left."""
        for job in jobs:
            folder = self._folders[job.obs_id]
            await asyncio.sleep(0)  # what is here or linked waits for nothing: let Stop be heard
            if folder.given_up:
                continue
            if not folder.problems:
                folder.count.state = "running"
            try:
                moved = await self._fetcher.fetch(job, self._remote(job.root), folder.log)
            except DiskFullError:
                raise
            except NuwidgetsError as error:
                self._failed(job, str(error), lost=isinstance(error, LostError))
            except Exception as error:  # noqa: BLE001  of one file: the others go on
                self._failed(job, f"{job.file.path}: {why(error)}.", lost=False)
            else:
                self._silent.clear()
                folder.came(moved=moved)

    def _remote(self, root: str) -> Remote:
        scheme = root.partition("://")[0]
        if scheme not in self._remotes:
            self._remotes[scheme] = remote_of(root, self._places)
        return self._remotes[scheme]

    def _failed(self, job: Job, problem: str, *, lost: bool) -> None:
        """Put a file aside; the host is gone if it is silent for one observation after another."""
        folder = self._folders[job.obs_id]
        known = folder.given_up
        folder.failed(problem, lost=lost)
        self._meter.notes[job.obs_id] = problem
        if lost and folder.given_up and not known:
            self._silent.add(job.obs_id)
        if len(self._silent) >= SILENT:
            raise ServiceError(
                f"The download broke off: the host does not answer any more. {problem} What was"
                " finished is kept. Try again later, or choose another host."
            )
