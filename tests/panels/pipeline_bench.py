"""What the tests of the pipeline's and the task's panel share: a stand-in HEASoft, observations."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

from headas_standin import headas_environ

from nuwidgets.core.job import State
from nuwidgets.simulation.archive_folder import write_folder
from nuwidgets.simulation.truth import Truth

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "99901110002", "99901110004"


def observations(home: Path) -> tuple[str, ...]:
    """Write two observations as the archive has them; give their folders."""
    folders = []
    for obs_id in (ONE, TWO):
        (home / obs_id).mkdir()
        write_folder(home / obs_id, Truth(exposure_s=5000.0, obs_id=obs_id))
        folders.append(str(home / obs_id))
    return tuple(folders)


def surround(monkeypatch, headas: Path, **faults: str) -> None:
    """Let this process find the stand-in, as a kernel that was started with HEASoft does."""
    for name, value in headas_environ(headas, **faults).items():
        monkeypatch.setenv(name, value)


def until(true, seconds=30.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(step):
    """Wait until a step stands still and all who watch it were told."""
    until(lambda: step.state is not State.RUNNING and step.progress is None)
    step.door.do(bool)


def states(panel):
    """Give the states of the lines, by whose run it is."""
    return {one["name"]: one["state"] for one in panel.runs.list.lines}


def run_on_disk(name, state, key="k", log_path=""):
    """Give a run as a workspace knows it."""
    return SimpleNamespace(name=name, state=state, key=key, log_path=log_path)
