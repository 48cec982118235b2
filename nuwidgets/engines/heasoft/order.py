"""What is asked of a run, made ready: checked parameters, whole paths, the key it is known by."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.files.par_file import file_of, whole_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.task import Parameters, TaskRequest
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.files.par_file import ParFile

_DIGEST = 12
_READ = "indir"  # the parameter that names the folder of all that a pipeline reads


@dataclass(frozen=True)
class Order:
    """A run that can be begun, or looked for."""

    request: TaskRequest
    """What was asked."""
    parameters: Parameters
    """The given parameters with the types of the par file, files as whole paths."""
    key: str
    """Name of the run's folder: the same for the same task, parameters and content of files."""
    name: str
    """Subject and task."""


def order_of(request: TaskRequest, installed: Installation, runs: Path) -> Order:
    """Make a request ready.

    Parameters
    ----------
    request : TaskRequest
        What was asked.
    installed : Installation
        Whose tasks are meant.
    runs : Path
        The folder of all runs: what is in it is no input.

    Raises
    ------
    InputError
        If there is no such task or parameter, or it may not be that.
    """
    par_file = installed.par_file(request.task)
    parameters = _whole_paths(par_file.check(request.given), par_file)
    # Where nobody says what is read, it is all that lies where the task is told to look.
    read = request.inputs or tuple(str(v) for n, v in parameters if n == _READ and v)
    inputs = tuple(os.path.abspath(path) for path in read)  # noqa: PTH100  keeps links
    named = [str(value) for _name, value in parameters if isinstance(value, str)]
    own = [str(installed.program(request.task) or ""), str(installed.par_path(request.task))]
    what = [
        request.task,
        sorted(parameters, key=lambda pair: pair[0]),
        [*_stamps(named, into=False, but=runs), *_stamps(inputs, into=True, but=runs)],
        [str(installed.headas), installed.version, *_stamps(own, into=False, but=runs)],
        [installed.caldb, installed.caldb_version(request.task)],
    ]
    digest = hashlib.sha256(json.dumps(what).encode()).hexdigest()[:_DIGEST]
    words = (
        re.sub(r"[^\w.+-]+", "-", word).strip("-.") for word in (request.subject, request.task)
    )
    key = "_".join([*(word[:60] for word in words if word), digest])
    name = f"{request.subject} {request.task}".strip()
    return Order(request, parameters, key, name)


def _whole_paths(parameters: Parameters, par_file: ParFile) -> Parameters:
    """Make names of files whole paths: a run has a working folder of its own."""
    kinds = {parameter.name: parameter.kind for parameter in par_file.parameters}

    def whole(name: str, value: object) -> object:
        if not isinstance(value, str) or not value or kinds[name] not in "sf":
            return value
        if kinds[name] == "s" and os.sep not in value:
            return value
        if name.startswith("out") and os.sep not in value:
            return value  # it is made: one of that name where Python runs is not meant
        return whole_path(value)

    return tuple((name, whole(name, value)) for name, value in parameters)  # type: ignore[misc]


def _stamps(paths: list[str] | tuple[str, ...], *, into: bool, but: Path) -> Iterator[list[object]]:
    """Give name, size (bytes) and time of change (ns) of files, and of those in folders."""
    for path in paths:
        place = Path(file_of(path))
        try:
            is_folder = place.is_dir()
            if is_folder and into:
                yield from _inside(place, but)
            elif not is_folder:
                facts = place.stat()
                yield [path, facts.st_size, facts.st_mtime_ns]
        except (OSError, ValueError):
            continue  # no file, or none that can be read: the task says so


def _inside(folder: Path, but: Path) -> Iterator[list[object]]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if Path(here, name) != but)
        for name in sorted(names):
            place = Path(here, name)
            try:
                facts = place.stat()
            except OSError:  # a link to nothing: the files after it count all the same
                continue
            yield [str(place.relative_to(folder)), facts.st_size, facts.st_mtime_ns]
