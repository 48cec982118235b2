"""STAND-IN: attributes that may not be invented, and text at C level."""
# ruff: noqa: TRY002  PyXspec raises nothing but Exception

import os

FAULT = os.environ.get("STANDIN_XSPEC", "")


def out(text):
    """Print as C++ does, past sys.stdout."""
    os.write(1, f"{text}\n".encode())


def err(text):
    """Print as C++ does, past sys.stderr."""
    os.write(2, f"{text}\n".encode())


class Restricted:
    """What PyXspec calls _AttrRestrictor: only known attributes can be set."""

    _known = ()

    def __setattr__(self, name, value):
        if not name.startswith("_") and name not in self._known:
            raise Exception(
                f"***Error: Attribute {name} does not exist in class {type(self).__name__}\n"
                "  Did you misspell?"
            )
        super().__setattr__(name, value)
