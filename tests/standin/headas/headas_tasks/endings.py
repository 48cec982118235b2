"""How the pipelines begin and end: their first and last lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headas_tasks.run import DASHES, SECTION, date_now

if TYPE_CHECKING:
    from headas_tasks.run import Run


def begin_pipeline(run: Run, name: str) -> None:
    run.say(
        SECTION, f"              Running {name} pipeline",
        f" Task: {run.task} Version: {run.version} Release Date: 2023-07-14", SECTION, "",
    )  # fmt: skip


def end_pipeline(run: Run, title: str, lines: list[str]) -> None:
    run.say(SECTION, f"{run.prefix} {title} pipeline Report", *lines, SECTION)
    run.say(f"{run.prefix} Exit with no errors - {date_now()}")


def pipeline_failed(run: Run, trouble: Exception) -> None:
    run.say(SECTION, f"{run.prefix} ERROR: Pipeline exit with error: {trouble}")
    run.say(f"{run.prefix} ERROR: Pipeline exit with errors - {date_now()}", SECTION)


def begin_task(run: Run) -> None:
    run.say(DASHES, f" Running ' {run.task} version {run.version} '", DASHES, "")


def end_task(run: Run) -> None:
    run.say(DASHES, f"{run.prefix} Exit with success", DASHES)


def task_failed(run: Run, trouble: Exception) -> None:
    run.say(f"{run.prefix} Error: {trouble}", DASHES, f" {run.task}  error", DASHES)
