"""Copy a FITS file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headas_tasks.fversion import begin, ended, failed  # noqa: F401
from headas_tasks.products import opened, saved

if TYPE_CHECKING:
    from headas_tasks.run import Run


def work(run: Run) -> None:
    run.need("infile", "outfile")
    run.check_new(run.values["outfile"])
    with opened(run.values["infile"]) as hdus:
        saved(run.values["outfile"], hdus)
