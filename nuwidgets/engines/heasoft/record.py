"""A run on the disk: its folder, what is written down of it, and the lock that says it goes on.

The lock is an open file that the runner inherits from whoever begins it: it is held from before the
runner starts until the runner is gone, however that comes about. So a run without lock and without
a final state has died. There is one writer at a time: whoever holds the lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.task import (
    DONE,
    FAILED,
    RUNNING,
    STOPPED,
    Parameters,
    TaskRequest,
    TaskRun,
)
from nuwidgets.files.atomic import replace_bytes

if TYPE_CHECKING:
    from pathlib import Path

SIDECAR = "nuwidgets-run.json"
"""Name of the file beside the products that says how they were made."""
FINAL = (DONE, FAILED, STOPPED)
_TRIES, _REST_S = 4, 0.005  # whoever only looks holds the lock for a moment


@dataclass(frozen=True)
class RunRecord:
    """What is written down of a run."""

    key: str
    """What it is known by: the name of its folder."""
    task: str
    """Its task."""
    subject: str
    """Whose run it is."""
    attempt: int
    """Which beginning this is: when, ns since 1970."""
    state: str = RUNNING
    """``"running"`` or how it ended."""
    parameters: Parameters = ()
    """Those that were given, with ``{out}`` as it is."""
    inputs: tuple[str, ...] = ()
    """What it reads beside these."""
    headas: str = ""
    """HEADAS."""
    caldb: str = ""
    """CALDB."""
    library: str = ""
    """The folder that holds heasoftpy."""
    versions: tuple[tuple[str, str], ...] = ()
    """Versions of task, HEASoft, heasoftpy and calibration."""
    timeout_s: float | None = None
    """How long it may take, s."""
    seconds: float = 0.0
    """How long it took, s."""
    exit_code: int | None = None
    """Exit status; negative is a signal's number."""
    problem: str = ""
    """What went wrong, in sentences."""
    error_line: str = ""
    """The line of the log that says it."""
    tail: tuple[str, ...] = ()
    """The last lines of the log."""
    files: tuple[tuple[str, int], ...] = ()
    """The products: paths below their folder, and sizes, bytes."""

    @property
    def began_s(self) -> float:
        """When it began, seconds since 1970."""
        return self.attempt / 1e9

    @property
    def final(self) -> bool:
        """Whether it is over."""
        return self.state in FINAL


def record_of(plain: Any) -> RunRecord | None:
    """Give the record that was written; None if it is none."""
    try:
        given = {f.name: _tuples(plain[f.name]) for f in fields(RunRecord) if f.name in plain}
        return RunRecord(**given)
    except (TypeError, KeyError, AttributeError):
        return None


def _tuples(plain: Any) -> Any:
    return tuple(map(_tuples, plain)) if isinstance(plain, list) else plain


class RunFolder:
    """The folder of a run.

    Parameters
    ----------
    path : Path
        ``<workspace>/runs/<subject>_<task>_<digest>``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record_path, self.log = path / "run.json", path / "task.log"
        self.pfiles, self.work = path / "pfiles", path / "work"
        self.part, self.products = path / "products.part", path / "products"
        self.stop_mark = path / "stop"
        """Is there when somebody asked it to stop."""

    @property
    def sidecar(self) -> Path:
        """The file beside the products that says how they were made."""
        return self.products / SIDECAR

    def read(self) -> RunRecord | None:
        """Give what is written down; None if nothing is."""
        return self._read(self.record_path)

    def _read(self, path: Path) -> RunRecord | None:
        try:
            plain = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return record_of(plain.get("run", plain)) if isinstance(plain, dict) else None

    def left_whole(self, attempt: int) -> RunRecord | None:
        """Give the final record of a run that was ended after its products had their name."""
        kept = self._read(self.sidecar)
        return kept if kept is not None and kept.attempt == attempt else None

    def write(self, record: RunRecord) -> None:
        """Write down a record, whole or not at all; an OSError if that cannot be."""
        replace_bytes(self.record_path, json.dumps(asdict(record), indent=1).encode())

    def lock(self) -> int | None:
        """Take the lock: an open file, to be closed; None while somebody else has it.

        Raises
        ------
        OSError
            If the folder cannot be written to.
        """
        import fcntl

        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        for again in range(_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_REST_S if again < _TRIES - 1 else 0)
            except OSError:  # no locks on this disk: what is marked says whether it goes on
                return self._unlocked(handle)
            else:
                return handle
        os.close(handle)
        return None

    def _unlocked(self, handle: int) -> int | None:
        from nuwidgets.engines.heasoft.processes import processes_of

        if not processes_of([str(self.path)]):
            return handle
        os.close(handle)
        return None

    def under_way(self) -> bool:
        """Whether it goes on right now, whoever began it."""
        import fcntl

        try:
            handle = os.open(self.path / "lock", os.O_RDONLY)  # others may look
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            from nuwidgets.engines.heasoft.processes import processes_of

            return bool(processes_of([str(self.path)]))
        finally:
            os.close(handle)
        return False

    def is_whole(self, record: RunRecord) -> bool:
        """Whether the products are there as they were made."""
        return all(self._size(name) == size for name, size in record.files) and (
            self.sidecar.is_file()
        )

    def _size(self, name: str) -> int:
        try:
            return (self.products / name).stat().st_size
        except (OSError, ValueError):
            return -1

    def publish(self) -> None:
        """Give the products their name; those of an earlier run go."""
        old = self.path / "products.old"
        _remove(old)
        with contextlib.suppress(FileNotFoundError):
            self.products.rename(old)
        self.part.rename(self.products)
        _remove(old)

    def tidy(self) -> None:
        """Take away what only a run that goes on needs."""
        for place in (self.part, self.work, self.path / "products.old"):
            _remove(place)

    def make_room(self) -> None:
        """Make it ready for a new beginning; the old log is kept as ``task.log.1``."""
        self.tidy()
        _remove(self.pfiles)
        with contextlib.suppress(FileNotFoundError):
            self.log.replace(self.log.with_name("task.log.1"))
        self.stop_mark.unlink(missing_ok=True)
        for place in (self.pfiles, self.work, self.part):
            place.mkdir()


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)


def run_of(record: RunRecord, folder: RunFolder, request: TaskRequest | None) -> TaskRun:
    """Give the product that a final record stands for."""
    made = record.state == DONE
    log = str(folder.log) if folder.log.is_file() else ""
    sidecar = str(folder.sidecar) if made else ""
    version = dict(record.versions).get("HEASoft", "")
    return TaskRun(
        record.task,
        record.subject,
        record.state,
        str(folder.products) if made else "",
        tuple(name for name, _size in record.files) if made else (),
        record.exit_code,
        record.began_s,
        record.seconds,
        log,
        record.problem,
        record.error_line,
        record.tail,
        sidecar,
        request,
        Provenance(
            engine="heasoft", version=version, seconds=record.seconds, request=request,
            log_tail=record.tail, log_path=log, sidecar_path=sidecar, versions=record.versions,
        ),
    )  # fmt: skip
