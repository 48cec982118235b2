"""A task that another one calls: a header, its parameters, some time, a temporary file."""

from __future__ import annotations

import os
import time
from pathlib import Path

from headas_tasks import faults

LINE = "-" * 60


def main(task: str, arguments: list[str]) -> int:
    """Run; give the exit status."""
    print(
        LINE,
        f" Running '{task}_0.1.9'",
        LINE,
        "             Input Parameters List:",
        LINE,
        sep="\n",
    )
    for argument in arguments:
        name, _, value = argument.partition("=")
        print(f"{name:<36}:'{value}'")
    print(LINE)
    scratch = Path(f"{os.getpid()}{task}.tmp")
    scratch.write_text("temporary\n", encoding="utf-8")
    time.sleep(float(os.environ.get("STANDIN_PAUSE_S", "0")))
    out = next((a.partition("=")[2] for a in arguments if a.startswith("outdir=")), "")
    kind = os.environ.get(faults.NOW, "") or faults.wanted(task, "", arguments)
    try:
        faults.happen(kind, task, out)
    except faults.TaskError as failure:
        print(f"{task}: Error: {failure}", LINE, "Exit with Error.", LINE, sep="\n")
        return 1
    scratch.unlink()
    return 0
