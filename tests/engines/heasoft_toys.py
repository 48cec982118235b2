"""A task that does what it is told, in the stand-in for HEASoft; and how to look at its processes."""

from __future__ import annotations

import atexit
import os
import shutil
import time
from functools import cache
from tempfile import mkdtemp

import psutil
from headas_standin import headas_environ, make_headas

from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.runs import Runs

TOY = """#!/bin/sh
for pair in "$@"; do
  case "$pair" in script=*) eval "${pair#script=}";; esac
done
"""
TOY_PAR = """# a task for tests
script,s,a,"true",,,"What to do, as text for the shell"
infile,f,h,"",,,"A file"
number,i,h,3,1,5,"A number"
mode,s,h,"ql",,,"Mode"
"""
WORDY_PAR = """script,s,a,"true",,,"What to do"
verbose,i,h,0,0,9,"A parameter that heasoftpy has too"
noprompt,b,h,no,,,"Another"
logfile,f,h,"NONE",,,"Another"
mode,s,h,"ql",,,"Mode"
"""


@cache
def headas():
    """Give a tree with the task ``toy``, made once."""
    folder = mkdtemp(prefix="nuwidgets-headas-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = make_headas(folder)
    (home / "bin" / "toy").write_text(TOY)
    (home / "bin" / "toy").chmod(0o755)
    (home / "bin" / "fversion").write_text("#!/bin/sh\necho 01Mar2025_V6.35.1_standin\n")
    (home / "syspfiles" / "toy.par").write_text(TOY_PAR)
    (home / "syspfiles" / "lost.par").write_text(TOY_PAR)
    (home / "syspfiles" / "wordy.par").write_text(WORDY_PAR)
    shutil.copy(home / "bin" / "toy", home / "bin" / "wordy")
    return home


def surroundings():
    """Give the environment; with the real heasoftpy where NUWIDGETS_HEASOFTPY names its folder."""
    environ = headas_environ(headas())
    paths = [os.environ.get("NUWIDGETS_HEASOFTPY", ""), environ["PYTHONPATH"]]
    return environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def installed(**environ):
    """Give the installation, with further variables."""
    return find_installation(surroundings() | environ)


def runs_in(folder, **environ):
    """Give the runs of a workspace."""
    return Runs(folder, installed(**environ))


def toy(script, subject="x", **more):
    """Ask for a run of the task ``toy``."""
    inputs = more.pop("inputs", ())
    return TaskRequest("toy", (("script", script), *more.items()), subject, inputs)


def wait_for(condition, patience_s=20.0):
    """Wait until something holds."""
    until_s = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < until_s, "it did not come about"
        time.sleep(0.02)
    return found


def alive(pids):
    """Give those of some processes that live."""
    found = []
    for pid in pids:
        try:
            if psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except psutil.NoSuchProcess:
            continue
    return found
