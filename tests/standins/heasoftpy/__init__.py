"""STAND-IN for heasoftpy 1.5: some tasks refuse what their parameter files do not list."""

from heasoftpy.result import Config, HSPResult, HSPTaskException
from heasoftpy.swift import xrtexpomap, xrtpipeline, xrtproducts
from heasoftpy.tasks import any_task, ftgrouppha, nupipeline, nuproducts

__all__ = [
    "Config",
    "HSPResult",
    "HSPTaskException",
    "ftgrouppha",
    "nupipeline",
    "nuproducts",
    "xrtexpomap",
    "xrtpipeline",
    "xrtproducts",
]
OTHERS = ("ftlist", "ftcopy", "barycorr", "bat_burst_advocate", "numkarf")
"""Tasks that are here but check nothing."""


def __getattr__(name):
    if name in OTHERS:
        return any_task(name)
    raise AttributeError(f"module 'heasoftpy' has no task {name!r}")
