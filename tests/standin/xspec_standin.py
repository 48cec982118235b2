"""A HEASoft with a PyXspec that is none: see ``pyxspec/README.md`` beside this file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent / "pyxspec"


def make_xspec(folder: str | Path) -> Path:
    """Write ``<folder>/heasoft-6.20/platform`` with XSPEC's list of models; give it ($HEADAS)."""
    home = Path(folder).resolve() / "heasoft-6.20"
    manager = home / "spectral" / "manager"
    manager.mkdir(parents=True)
    shutil.copy(HERE / "model.dat", manager)
    headas = home / "platform"
    headas.mkdir()
    return headas


def xspec_environ(headas: Path, fault: str = "") -> dict[str, str]:
    """Give the environment in which the stand-in is PyXspec: this one, with HEADAS and its path."""
    paths = [str(HERE), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    known = os.pathsep.join(path for path in paths if path)
    return {**os.environ, "HEADAS": str(headas), "PYTHONPATH": known, "STANDIN_XSPEC": fault}
