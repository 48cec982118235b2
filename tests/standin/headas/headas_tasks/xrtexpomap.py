"""Swift's exposure map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from headas_tasks import swift_files
from headas_tasks.endings import begin_task, end_task, task_failed
from headas_tasks.faults import TaskError
from headas_tasks.nuexpomap import write_map
from headas_tasks.products import mark

if TYPE_CHECKING:
    from headas_tasks.run import Run

begin, ended, failed = begin_task, end_task, task_failed


def work(run: Run) -> None:
    run.need("infile", "attfile", "hdfile", "outdir")
    values = run.values
    for name in ("infile", "attfile", "hdfile"):
        if not Path(values[name]).is_file():
            raise TaskError(f"the {name} '{values[name]}' does not exist")
    stem = values.named(
        "stemout", Path(values["infile"]).name.removesuffix(".gz").removesuffix("_cl.evt")
    )
    paths = run.out / f"{stem}_ex.img", run.out / f"{stem}_rawinstr.img"
    run.check_new(*paths)
    header = swift_files.header_of(values["infile"])
    run.launch("coordinator", eventfile=values["infile"], attfile=values["attfile"], teldef="CALDB")
    vignetted = values.yes("vigflag")
    seconds = (
        swift_files.seen(header)
        * header["EXPOSURE"]
        * (swift_files.vignetting() if vignetted else 1.0)
    )
    write_map(paths[0], seconds, header, [0, 0])
    write_map(paths[1], np.ones((600, 600)), header, [0, 0])
    for path in paths:
        mark(
            path,
            run,
            VIGNAPP=vignetted,
            **({"VIGNEN": values.number("energy")} if vignetted else {}),
        )
