"""STAND-IN for heasoftpy 1.5: knows three tasks, refuses what their parameter files do not list."""

from heasoftpy.result import Config, HSPResult, HSPTaskException
from heasoftpy.tasks import ftgrouppha, nupipeline, nuproducts

__all__ = ["Config", "HSPResult", "HSPTaskException", "ftgrouppha", "nupipeline", "nuproducts"]


def __getattr__(name):
    raise AttributeError(f"module 'heasoftpy' has no task {name!r}")
