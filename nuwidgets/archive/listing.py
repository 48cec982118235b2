"""List the files of observations, several at once, at the first host that has them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.client import leave_on_stop
from nuwidgets.archive.hosts import opened
from nuwidgets.archive.locate import host_order, root_of, spots_of
from nuwidgets.archive.loop import on_loop
from nuwidgets.archive.trouble import why
from nuwidgets.domain.archive_file import Files, ObservationFiles
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.missions.archive import is_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.archive.locate import Spot
    from nuwidgets.archive.places import Places
    from nuwidgets.domain.archive_file import FilesRequest
    from nuwidgets.domain.observation import Observations

LISTED_AT_ONCE = 4


def list_files(request: FilesRequest, found: Observations, places: Places, token: Any) -> Files:
    """Give the files of the selected observations.

    Raises
    ------
    InputError
        If none is selected, or one was not found, or the host is not here.
    """
    if not request.selected:
        raise InputError("Cannot list files: no observation is selected. Select rows of the table.")
    for obs_id in request.selected:
        if hindrance := found.hindrance[found.index(obs_id)]:
            raise InputError(f"Cannot download {obs_id}: {hindrance}")
    mission = request.find.mission
    hosts, reason = host_order(request, places)
    token.report(stage="locating the data")
    spots = leave_on_stop(lambda: spots_of(request.selected, found, mission, places), token)
    token.report(0.0, stage="listing files")
    done: list[str] = []

    def tell(obs_id: str) -> None:
        done.append(obs_id)

    def report() -> None:
        token.report(len(done) / len(spots), line=f"{len(done)} of {len(spots)} observations")

    listed = on_loop(lambda: _all(spots, hosts, (request, places), tell), token, report)
    used = tuple(dict.fromkeys(one.host for one in listed if one.found.files)) or hosts[:1]
    other = next((one for one in listed if one.found.files and one.host != hosts[0]), None)
    why_host = f"{other.before} {other.host} has them." if other else reason
    observations = tuple(one.found for one in listed)
    bad = tuple(f"{one.obs_id}: {one.problem}" for one in observations if one.problem)
    return Files(mission, ", ".join(used), why_host, observations, Provenance(warnings=bad))


@dataclass(frozen=True)
class _Listed:
    """What was found of one observation."""

    found: ObservationFiles
    """Its files, or why there are none."""
    host: str
    """Where they are."""
    before: str = ""
    """Why they are not at the hosts that were asked before."""


async def _all(
    spots: tuple[Spot, ...],
    hosts: tuple[str, ...],
    where: tuple[FilesRequest, Places],
    tell: Callable[[str], None],
) -> list[_Listed]:
    few = asyncio.Semaphore(LISTED_AT_ONCE)

    async def one(spot: Spot) -> _Listed:
        async with few:
            found = await _one(spot, hosts, *where)
        tell(spot.obs_id)
        return found

    return list(await asyncio.gather(*(one(spot) for spot in spots)))


async def _one(
    spot: Spot, hosts: tuple[str, ...], request: FilesRequest, places: Places
) -> _Listed:
    """Give the files of an observation at the first host that has some."""
    if not spot.path:
        return _Listed(ObservationFiles(spot.obs_id, "", problem=spot.problem), hosts[0])
    problems: list[str] = []
    for host in hosts:
        root = root_of(spot.path, host, request, places)
        try:
            async with opened(root, places) as remote:
                files = await remote.list(root)
        except NuwidgetsError as error:
            problems.append(str(error))
        except Exception as error:  # noqa: BLE001  each library has errors of its own
            problems.append(
                f"{host} does not list its files ({why(error)}). Choose another host, or try again."
            )
        else:
            secret = bool(files) and all(is_secret(file.path) for file in files)
            locked = "All its files are encrypted: only its owners can decode them."
            if files:
                found = ObservationFiles(spot.obs_id, root, files, locked if secret else "")
                return _Listed(found, host, " ".join(problems))
            problems.append(f"{host} has no files of it.")
    return _Listed(ObservationFiles(spot.obs_id, "", problem=" ".join(problems)), hosts[0])
