"""Worker processes that fit observations side by side: Python's threads would wait in turn.

Each has one core, answers over a private socket (`wire.py`), and ends with the series. Where no
process can be started, who asks fits by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import nuwidgets
from nuwidgets.engines.wire import Worker
from nuwidgets.errors import CancelledError, EngineMissingError, NuwidgetsError
from nuwidgets.files.kept import put_together, taken_apart

if TYPE_CHECKING:
    from nuwidgets.domain.series import PointRequest, SeriesPoint

PROGRAM = "nuwidgets.engines.fit_worker"
ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that keep a process from taking more than one core."""
MOST = 16
"""More processes than this are not started."""


def cores() -> int:
    """Give how many processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


class FitPool:
    """So many worker processes, started when they are asked.

    Parameters
    ----------
    n : int
        How many; 0 for none.
    """

    def __init__(self, n: int) -> None:
        self._free: SimpleQueue[Worker | None] = SimpleQueue()
        n = min(n, MOST) if sys.executable else 0
        command = (sys.executable, "-m", PROGRAM)
        no_log = Path(os.devnull)  # who asks fits by itself where one fails
        self._workers = [
            Worker("the fits", command, env=_environment(), log_path=no_log) for _ in range(n)
        ]
        for worker in self._workers:
            self._free.put(worker)

    def measured(self, request: PointRequest, spectrum: Any, token: Any) -> SeriesPoint | None:
        """Give the point of an observation; None where it is to be fitted here.

        Raises
        ------
        CancelledError
            Stopped through the token.
        """
        if not self._workers or isinstance(spectrum, Exception):
            return None
        worker = self._free.get()
        try:
            if worker is None:  # processes cannot be started
                return None
            answer = worker.ask("point", taken_apart((request, spectrum)), token)
            point: SeriesPoint = put_together(answer)
        except EngineMissingError:
            worker = None
            return None
        except CancelledError:
            raise
        except NuwidgetsError:  # it cannot be sent, or the process failed
            return None
        finally:
            self._free.put(worker)
        return point

    def stop(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.stop()


def _environment() -> dict[str, str]:
    """Give the environment of a worker: this package, one core."""
    home = str(Path(nuwidgets.__file__).parents[1])
    known = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join(filter(None, (home, known)))
    return {**os.environ, "PYTHONPATH": path, **dict.fromkeys(ONE_CORE, "1")}
