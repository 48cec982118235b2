"""Long listings of an archive's files as JSON and back, each name written once.

Observations have the same files but for their number, so all share one table of paths, in which a
mark stands for the number; what differs from file to file are lists beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.archive_file import ArchiveFile, Files, ObservationFiles
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from nuwidgets.files.plain import PlainReader, PlainWriter

MARKS = ("*", "?", "<>", "")
"""What may stand for the number of an observation; the first that no path holds does."""
_TEXTS = ("mission", "host", "why_host", "mark")


def listing_plain(writer: PlainWriter, files: Files) -> dict[str, Any]:
    """Give a listing as JSON has it."""
    every = [file.path for one in files.observations for file in one.files]
    mark = next((mark for mark in MARKS if mark and not any(mark in path for path in every)), "")
    table: dict[str, int] = {}
    observations = [_observation_plain(writer, one, mark, table) for one in files.observations]
    return {
        "is": "Files",
        **{name: getattr(files, name) for name in _TEXTS if name != "mark"},
        "mark": mark,
        "paths": list(table),
        "observations": observations,
        "provenance": writer.value(files.provenance),
    }


def _observation_plain(
    writer: PlainWriter, one: ObservationFiles, mark: str, table: dict[str, int]
) -> dict[str, Any]:
    marked = bool(mark and one.obs_id)
    paths = (file.path.replace(one.obs_id, mark) if marked else file.path for file in one.files)
    return {
        "is": "ObservationFiles",
        "obs_id": one.obs_id,
        "root": writer.value(one.root, "root"),
        "problem": one.problem,
        "files": [table.setdefault(path, len(table)) for path in paths],
        "sizes_bytes": [file.size_bytes for file in one.files],
        "versions": [file.version for file in one.files],
    }


def listing_of(reader: PlainReader, plain: dict[str, Any]) -> Files:
    """Give the listing that was written.

    Raises
    ------
    FileError
        If it cannot have been written by us.
    """
    mission, host, why_host, mark = texts = [plain.get(name) for name in _TEXTS]
    paths, observations = plain.get("paths"), plain.get("observations")
    provenance = reader.value(plain.get("provenance", {"is": "Provenance"}))
    if not (
        isinstance(provenance, Provenance)
        and _all_are(texts, str)
        and _all_are(paths, str)
        and _all_are(observations, dict)
    ):
        raise FileError("a list of files lacks a part, or has one of another kind")
    every = tuple(_observation(reader, one, str(mark), paths or []) for one in observations or ())
    return Files(str(mission), str(host), str(why_host), every, provenance)


def _observation(
    reader: PlainReader, plain: dict[str, Any], mark: str, paths: list[str]
) -> ObservationFiles:
    obs_id, problem = plain.get("obs_id"), plain.get("problem")
    root = reader.value(plain.get("root"))
    columns: list[Any] = [plain.get(name) for name in ("files", "sizes_bytes", "versions")]
    kinds = ((int,), (int, type(None)), (str,))
    fits = all(_all_are(column, *kind) for column, kind in zip(columns, kinds, strict=True))
    if not (fits and _all_are([obs_id, problem, root], str)):
        raise FileError("the files of an observation lack a part, or have one of another kind")
    numbers, sizes, versions = columns
    inside = all(0 <= number < len(paths) for number in numbers)
    if not (inside and len(numbers) == len(sizes) == len(versions)):
        raise FileError("the files of an observation and their sizes do not go together")
    names = (paths[number] for number in numbers)
    full = (name.replace(mark, str(obs_id)) if mark else name for name in names)
    return ObservationFiles(
        str(obs_id), root, tuple(map(ArchiveFile, full, sizes, versions)), str(problem)
    )


def _all_are(values: Any, *kinds: type) -> bool:
    """Whether it is a list of values of these very kinds: True is no number here."""
    return isinstance(values, list) and set(map(type, values)) <= set(kinds)
