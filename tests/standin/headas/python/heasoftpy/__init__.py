"""STAND-IN for heasoftpy 1.5, written from its documentation; it runs $HEADAS/bin as the real one does."""
# ruff: noqa: TID253 - the package imports itself

from heasoftpy import utils
from heasoftpy.config import Config
from heasoftpy.core import HSPDeprecationWarning, HSPResult, HSPTask, HSPTaskException

__version__ = "1.5"
__all__ = ["Config", "HSPDeprecationWarning", "HSPResult", "HSPTask", "HSPTaskException", "utils"]


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    task = utils.task_called(name)
    if task is None:
        raise AttributeError(f"module 'heasoftpy' has no attribute {name!r}")

    def call(args=None, **kwargs):
        return HSPTask(task)(args, **kwargs)

    call.__name__ = name
    return call
