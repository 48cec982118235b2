"""Which download brought the files of a dataset, by the layout of a workspace alone."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.errors import InputError
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import DatasetRecord, SessionRecord

Request = FindRequest | FilesRequest | DownloadRequest | PipelineRequest
KINDS: dict[str, Any] = {
    "find": FindRequest,
    "files": FilesRequest,
    "download": DownloadRequest,
    "pipeline": PipelineRequest,
}
"""What the steps that bring data answer, by step."""
_BELOW = {DownloadRequest: "files", FilesRequest: "find", PipelineRequest: "download"}


def answered(record: SessionRecord, step: str) -> Request | None:
    """Give the request that a step has answered; None without one of its kind."""
    known = record.steps.get(step)
    request = known.answered if known is not None else None
    if not isinstance(request, KINDS[step]):
        return None
    search = parts(request)[-1]
    if isinstance(search, FindRequest) and search.mission not in missions():
        return None
    found: Request = request
    return found


def parts(request: Any) -> list[Any]:
    """Give a request and those in it, the search last; a pipeline of folders has none in it."""
    inside = getattr(request, _BELOW.get(type(request), ""), None)
    return [request, *(parts(inside) if inside is not None else ())]


def sought(record: SessionRecord) -> list[str]:
    """Give target and mission of the last search; nothing where nothing was searched."""
    request = answered(record, "find")
    return [request.target, request.mission] if isinstance(request, FindRequest) else []


def downloads(
    record: SessionRecord, datasets: Iterable[DatasetRecord]
) -> dict[str, DownloadRequest]:
    """Give the download that brought each dataset, by its name; none for one from elsewhere.

    The one that was answered last counts first, then those of the history, the newest first.
    """
    last = answered(record, "download")
    earlier = [deed.request for deed in record.history if deed.step == "download"]
    known = [one for one in (last, *reversed(earlier)) if isinstance(one, DownloadRequest)]
    found = {}
    for dataset in datasets:
        path = _path(dataset)
        request = next((one for one in known if path and brings(one, path)), None)
        if request is not None:
            found[dataset.name] = request
    return found


def _path(dataset: DatasetRecord, name: str = "path") -> str:
    events = dataset.steps.get("events")
    return str(events.settings.get(name) or "") if events is not None else ""


@dataclass(frozen=True)
class Place:
    """Where a file lies in a workspace."""

    obs_id: str
    """Number of the observation."""
    path: str
    """Path in the observation's folder, as the archive has it."""


def place_in(request: DownloadRequest, path: str) -> Place | None:
    """Give where a file lies in the workspace of a download; None if it is elsewhere."""
    home = PurePath(request.folder) / request.files.find.mission.lower()
    if not PurePath(path).is_relative_to(home):
        return None
    obs_id, *inside = (*PurePath(path).relative_to(home).parts, "")
    selected = obs_id in request.files.selected
    return Place(obs_id, "/".join(inside[:-1])) if selected and inside[1:] else None


def brings(request: DownloadRequest, path: str) -> bool:
    """Whether a download fetches a file that lies at a path on this machine."""
    mission, place = request.files.find.mission, place_in(request, path)
    if place is None or mission not in missions():
        return False
    alone = ObservationFiles(place.obs_id, "", (ArchiveFile(place.path),))
    try:
        return bool(choose(Files(mission, "", "", (alone,)), request)[0].files)
    except InputError:  # modules or modes that the mission has not
        return False


def opened_by(request: DownloadRequest, dataset: DatasetRecord) -> bool:
    """Whether a download opens a dataset as it is now, under its name: file, housekeeping and all.

    Parameters
    ----------
    request : DownloadRequest
        One that brings its event file.
    dataset : DatasetRecord
        The dataset.
    """
    mission = missions()[request.files.find.mission]
    place = place_in(request, _path(dataset))
    pointing = dataset.pointing
    if place is None or not pointing.obs_id or dataset.name != mission.name_of(pointing):
        return False
    names = (
        pattern.format(obs_id=place.obs_id, module=module)
        for pattern in mission.event_patterns(request.modes)
        for module in mission.modules
    )
    usual = any(fnmatchcase(place.path.removesuffix(".gz"), name) for name in names)
    return usual and _hk_is_usual(request, dataset, place)


def _hk_is_usual(request: DownloadRequest, dataset: DatasetRecord, place: Place) -> bool:
    """Whether the housekeeping is what lies beside the event file after the download alone."""
    file_name = PurePath(_path(dataset)).name
    usual = missions()[request.files.find.mission].hk_of(file_name)
    chosen = _path(dataset, "hk_path")
    if not chosen:
        folder = _path(dataset).removesuffix(place.path)
        return not usual or not brings(request, f"{folder}{usual}.gz")
    at = place_in(request, chosen)
    same = at is not None and at.obs_id == place.obs_id and at.path.removesuffix(".gz") == usual
    return same and brings(request, chosen)
