"""The process that runs one task: it outlives whoever began it.

It is started in a session of its own with the run's folder and lock, calls the task, gives the
products their name if all went well, and writes down how it ended.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from nuwidgets.domain.task import DONE, OUT
from nuwidgets.engines.heasoft.call import Outcome, call_task
from nuwidgets.engines.heasoft.diagnosis import SHELL, judged
from nuwidgets.engines.heasoft.processes import end_all
from nuwidgets.engines.heasoft.record import SIDECAR, RunFolder
from nuwidgets.engines.heasoft.sidecar import (
    heasoft_version,
    products_in,
    sidecar_text,
    task_version,
)
from nuwidgets.errors import NuwidgetsError
from nuwidgets.files.atomic import replace_bytes
from nuwidgets.files.par_file import read_par_file

if TYPE_CHECKING:
    from nuwidgets.domain.task import Plain
    from nuwidgets.engines.heasoft.record import RunRecord


def main(path: str) -> None:
    """Run the task that is written down in a run's folder."""
    folder = RunFolder(Path(path))
    record = folder.read()
    if record is None:
        sys.exit(f"There is no run in {path!r}.")
    signal.signal(signal.SIGTERM, _leave)
    outcome = _called(record, folder)
    end_all([path])
    try:
        final = _ended(record, folder, outcome)
    except (OSError, NuwidgetsError) as error:
        outcome.said = outcome.said or f"What {record.task} made could not be kept: {error}."
        final = _failed(record, folder, outcome)
    folder.tidy()
    folder.write(final)


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(SHELL + number)


def _called(record: RunRecord, folder: RunFolder) -> Outcome:
    if record.library not in sys.path:
        sys.path.append(record.library)
    late_s = None if record.timeout_s is None else record.began_s + record.timeout_s - time.time()
    until_s = None if late_s is None else time.monotonic() + late_s
    given = {name: _placed(value, folder) for name, value in record.parameters}
    try:
        return call_task(record.task, given, until_s, lambda: end_all([str(folder.path)]))
    except Exception as error:  # noqa: BLE001  of heasoftpy: it is said in the record
        return Outcome(
            said=f"heasoftpy could not run {record.task}: {type(error).__name__}: {error}"
        )


def _placed(value: Plain, folder: RunFolder) -> Plain:
    return value.replace(OUT, str(folder.part)) if isinstance(value, str) else value


def _ended(record: RunRecord, folder: RunFolder, outcome: Outcome) -> RunRecord:
    """Judge the run, and give its products their name if it went well."""
    version = task_version(folder.log, record.task)
    known = {**dict(record.versions), record.task: version}
    known["HEASoft"] = heasoft_version(record.headas) or known.get("HEASoft", "")
    versions = tuple((name, said) for name, said in known.items() if said)
    record = replace(record, versions=versions)
    final = _failed(record, folder, outcome)
    if final.state != DONE:
        return final
    if not any(OUT in str(value) for _name, value in record.parameters):
        _adopt(folder)
    found = products_in(folder.part)
    final = replace(final, files=tuple((name, size) for name, size, _sum in found))
    system = read_par_file(Path(record.headas) / "syspfiles" / f"{record.task}.par")
    usual = {parameter.name: parameter.default for parameter in system.parameters}
    given = {name: _named(value, folder) for name, value in record.parameters}
    sums = {name: digest for name, _size, digest in found}
    text = sidecar_text(final, folder, {**usual, **given}, outcome.command, sums)
    replace_bytes(folder.part / SIDECAR, text)
    folder.publish()
    return final


def _named(value: Plain, folder: RunFolder) -> Plain:
    return value.replace(OUT, str(folder.products)) if isinstance(value, str) else value


def _failed(record: RunRecord, folder: RunFolder, outcome: Outcome) -> RunRecord:
    seconds = max(0.0, time.time() - record.began_s)
    code = None if outcome.late else outcome.exit_code
    record = replace(record, seconds=seconds, exit_code=code)
    return judged(record, folder, late=outcome.late, said=outcome.said)


def _adopt(folder: RunFolder) -> None:
    """Keep what a task that was told no folder left where it ran."""
    for place in folder.work.iterdir():
        shutil.move(os.fspath(place), folder.part / place.name)
