"""The version of the software, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headas_tasks.run import Run

VERSION = "01Mar2025_V6.35.1_standin"


def begin(run: Run) -> None:
    """Say nothing."""


def work(run: Run) -> None:
    run.say(VERSION)


def ended(run: Run) -> None:
    """Say nothing."""


def failed(run: Run, trouble: Exception) -> None:
    run.say(f"{run.task}: {trouble}")
