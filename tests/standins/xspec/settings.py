"""STAND-IN: attributes that may not be invented, and Xset."""

from standin_calls import record

from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS


class Restricted:
    """What PyXspec calls _AttrRestrictor: only known attributes can be set."""

    _known = ()

    def __setattr__(self, name, value):
        if not name.startswith("_") and name not in self._known:
            kind = type(self).__name__
            raise Exception(f"***Error: Attribute {name} does not exist in class {kind}")
        super().__setattr__(name, value)


class XspecSettings(Restricted):
    """Xset."""

    _known = ("allowPrompting", "abund", "xsect", "chatter", "logChatter", "cosmo", "seed")

    def __init__(self):
        self.__dict__.update(allowPrompting=True, abund="angr", xsect="vern", chatter=10)

    def __setattr__(self, name, value):
        tables = {"abund": ABUNDANCES, "xsect": CROSS_SECTIONS}
        if name in tables and value not in tables[name]:
            raise Exception("Error executing command: xset")
        if name == "allowPrompting" and not isinstance(value, bool):
            raise Exception("Error: allowPrompting must be a bool")
        super().__setattr__(name, value)
        record(f"Xset.{name}", value=value)


Xset = XspecSettings()
