"""How a runner is started: a program of its own, with the run's lock in its hands."""

from __future__ import annotations

import atexit
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nuwidgets
from nuwidgets.engines.heasoft.processes import MARK

if TYPE_CHECKING:
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.engines.heasoft.record import RunFolder

_PROGRAM = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.append(root);"
    " from nuwidgets.engines.heasoft.runner import main; main(sys.argv[2])"
)
_children: list[subprocess.Popen[bytes]] = []
"""Runners that this process began: looked at now and then, so that none stays a zombie."""


@atexit.register
def _let_go() -> None:
    """Say that runners may outlive us, which Python warns of otherwise."""
    for child in _children:
        if child.poll() is None:
            child.returncode = 0


def start(folder: RunFolder, installed: Installation, lock: int) -> subprocess.Popen[bytes]:
    """Start the runner of a run that is written down.

    It has a session of its own, so that neither Ctrl-C nor the kernel's end reaches it, and its own
    par files; the lock stays its own when we let go of it.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    root = str(Path(nuwidgets.__file__).parents[1])
    with folder.log.open("wb") as log:
        child = subprocess.Popen(  # noqa: S603  a list, no shell
            [sys.executable, "-P", "-c", _PROGRAM, root, str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder.work,
            env=_environment(folder, installed),
            pass_fds=[lock],
            start_new_session=True,
        )
    _children.append(child)
    return child


def _environment(folder: RunFolder, installed: Installation) -> dict[str, str]:
    return {
        **installed.surroundings(),
        "HEADAS": str(installed.headas),
        "PFILES": f"{folder.pfiles};{installed.headas / 'syspfiles'}",
        "HEADASNOQUERY": "",
        "HEADASPROMPT": "/dev/null",
        MARK: str(folder.path),
    }
