"""What running a task through a run folder costs: beginning, being fresh, following a long log.

The tasks are tiny scripts in a $HEADAS tree made here; a plain subprocess of the same script is
measured beside them. Needs no HEASoft.
"""

from __future__ import annotations

import json
import os
import stat
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.log import LogTail, search_log
from nuwidgets.engines.heasoft.runs import Runs

LINES = 200_000
TIMES = 5
PAR = 'n,i,a,0,,,"lines to print"\nmode,s,h,"ql",,,""\n'
TASK = "#!{python} -IS\nimport sys\nn = int(sys.argv[1].split('=')[1])\n"
TASK += "print('\\n'.join(f'line {{i}} of the log' for i in range(n)))\n"
PACKAGE = Path(__file__).parents[1] / "tests" / "standin" / "headas" / "python"


def tree(folder: Path) -> dict[str, str]:
    """Make a $HEADAS with one task; give its environment."""
    for name in ("bin", "syspfiles"):
        (folder / name).mkdir(parents=True)
    (folder / "syspfiles" / "say.par").write_text(PAR)
    task = folder / "bin" / "say"
    task.write_text(TASK.format(python=sys.executable))
    task.chmod(task.stat().st_mode | stat.S_IXUSR)
    more = {"HEADAS": str(folder), "PFILES": f"{folder};{folder / 'syspfiles'}"}
    return dict(os.environ) | more | {"PYTHONPATH": str(PACKAGE)}


def measured(action: object, times: int = TIMES) -> float:
    """Give the median time of an action, s."""
    taken = []
    for n in range(times):
        began = time.perf_counter()
        action(n)  # type: ignore[operator]
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Print medians as JSON, s."""
    with tempfile.TemporaryDirectory() as home:
        environ = tree(Path(home) / "headas")
        runs = Runs(Path(home) / "data", find_installation(environ))
        say = [str(Path(home) / "headas" / "bin" / "say")]

        def run(n: int, lines: int = 1) -> object:
            made = runs.run(TaskRequest("say", (("n", lines + n),)))
            if not made.ok:
                raise SystemExit(made.problem)
            return made

        begin = measured(run)
        fresh = measured(run)
        plain = measured(
            lambda n: subprocess.run([*say, f"n={n}"], check=True, capture_output=True)
        )
        long = measured(lambda n: run(n, LINES), 3)
        piped = measured(
            lambda _n: subprocess.run([*say, f"n={LINES}"], check=True, capture_output=True), 3
        )
        log = runs.run(TaskRequest("say", (("n", LINES),))).log_path
        found = {
            "a task of 1 line, s": begin,
            "the same by subprocess alone, s": plain,
            "the same again, fresh, s": fresh,
            f"a task of {LINES} lines, s": long,
            f"{LINES} lines by subprocess alone, s": piped,
            f"reading {LINES} lines for the panel, s": measured(lambda _n: LogTail(log).read(), 3),
            f"searching {LINES} lines, s": measured(lambda _n: search_log(log, "line 1999"), 3),
        }
    print(json.dumps({name: round(value, 4) for name, value in found.items()}, indent=1))


if __name__ == "__main__":
    main()
