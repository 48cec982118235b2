"""STAND-IN: Xset."""
# ruff: noqa: TRY002, TID253  PyXspec raises nothing but Exception

import json
from pathlib import Path

from xspec.restricted import FAULT, Restricted

ABUNDANCES = ("angr", "aspl", "feld", "aneb", "grsa", "wilm", "lodd")
CROSS_SECTIONS = ("vern", "bcmc", "obcm")
HEAD = "#PyXspec: Output generated from Xset.save().  DO NOT MODIFY."


class XspecSettings(Restricted):
    """Xset."""

    _known = ("allowPrompting", "chatter", "logChatter", "abund", "xsect", "cosmo", "seed")
    version = ("2.0.0", "12.9.1")

    def __init__(self):
        self.__dict__.update(
            allowPrompting=True, chatter=10, logChatter=10, _abund="angr", _xsect="vern",
            _cosmo=("70", "0", "0.73"), log=None,
        )  # fmt: skip

    @property
    def abund(self):
        return self._abund

    @abund.setter
    def abund(self, name):
        if name not in ABUNDANCES:
            raise Exception("Error executing command: xset")
        if FAULT != "stubborn":
            self._abund = name

    @property
    def xsect(self):
        return self._xsect

    @xsect.setter
    def xsect(self, name):
        if name not in CROSS_SECTIONS:
            raise Exception("Error executing command: xset")
        self._xsect = name

    @property
    def cosmo(self):
        return self._cosmo

    @cosmo.setter
    def cosmo(self, text):
        self._cosmo = tuple(text.split())

    @property
    def seed(self):
        return None

    @seed.setter
    def seed(self, number):
        self._seed = number

    def save(self, name, info="a"):
        from xspec.data import AllData
        from xspec.model import BOOK

        if Path(name).exists():
            raise Exception("Error executing command: save")
        kept = {
            "data": [(one.group, one.name) for one in AllData._entries],
            "models": [(n, s, one.expression.text) for (s, n), one in BOOK.models.items()],
        }
        Path(name).write_text(f"{HEAD}\n# STAND-IN {json.dumps(kept)}\n")

    def restore(self, name):
        from xspec.data import AllData
        from xspec.model import Model

        text = Path(name).read_text()  # FileNotFoundError, as the real one
        kept = json.loads(text.split("# STAND-IN ", 1)[1])
        AllData.clear()
        for number, (group, path) in enumerate(kept["data"], start=1):
            AllData(f"{group}:{number} {path}")
        if AllData.nSpectra < len(kept["data"]):
            raise Exception("Error executing command: ignore")
        for model_name, source, expression in kept["models"]:
            Model(expression, model_name, source)


Xset = XspecSettings()
