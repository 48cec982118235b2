"""Par files of one's own, and where a task comes from."""
# ruff: noqa: TID253

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from heasoftpy.core import HSPTaskException

__all__ = ["find_module_name", "local_pfiles", "local_pfiles_context"]


def _system():
    if "HEADAS" not in os.environ:
        raise HSPTaskException("HEADAS not defined. Please initialize heasoft")
    return Path(os.environ["HEADAS"]) / "syspfiles"


def _modules():
    lines = (_system() / "pfiles_list.txt").read_text("utf-8").split()
    pairs = (line.removesuffix(".par").split(":") for line in lines)
    return {task: module for module, task in pairs}


def task_called(name):
    """Give the task that a Python name stands for, or None."""
    if "HEADAS" not in os.environ:
        return None
    return next((task for task in _modules() if task.replace("-", "_") == name), None)


def find_module_name(task):
    modules = {name.replace("-", "_"): module for name, module in _modules().items()}
    if task not in modules:
        raise ValueError(f"Unknown task {task}.")
    return modules[task]


def local_pfiles(par_dir=None):
    """Let PFILES begin with a folder of one's own: for the whole process."""
    system = _system()
    if par_dir is None:
        folder = tempfile.mkdtemp(suffix=".pfiles")
    else:
        folder = str(par_dir)
        if Path(folder).exists() and not Path(folder).is_dir():
            raise OSError(f"{folder} is not a directory. It cannot be used pfiles")
        Path(folder).mkdir(exist_ok=True)
    os.environ["PFILES"] = f"{folder};{system}"
    return folder


@contextlib.contextmanager
def local_pfiles_context(par_dir=None):
    """The same for a while; then the folder is deleted, also one that was given."""
    before = os.environ["PFILES"]
    folder = local_pfiles(par_dir)
    try:
        yield
    finally:
        os.environ["PFILES"] = before
        shutil.rmtree(folder, ignore_errors=True)
