"""A HEASoft that is none: a $HEADAS tree whose tasks speak, read and write as the real ones do.

See README.md beside this file, and ``headas/`` for the tasks, par files and the Python package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from headas.swift_observation import make_swift_observation

__all__ = [
    "headas_environ",
    "make_headas",
    "make_nustar_observation",
    "make_swift_observation",
    "with_heasoftpy",
]
HERE = Path(__file__).resolve().parent / "headas"
ROOT = HERE.parents[2]
SUB_TASKS = (
    "numetrology", "nuattcorr", "nuflagbad", "nuhotpix", "nucalcpha", "nucalcpi", "nuflagevt",
    "nucoord", "nucalcsaa", "nufilter", "nuscreen", "nusplitsc", "nulivetime", "nubackscale",
    "nulccorr", "numkarf", "numkrmf", "barycorr", "xselect", "lcurve", "ximage", "xspec", "grppha",
    "xrthkproc", "xrtfilter", "coordinator", "xrtpcbias", "xrtflagpix", "xrtpcgrade", "xrthotpix",
    "xrtcalcpi", "xrtscreen", "xrtlccorr", "xrtmkarf", "fhelp",
)  # fmt: skip
"""Tasks that others call: they print and take time, nothing else."""
LAUNCHER = """#!{python}{options}
import sys
sys.path.insert(0, {home!r})
{more}from headas_tasks.run import main
sys.exit(main({task!r}))
"""


def make_headas(folder: str | Path) -> Path:
    """Write the tree ``<folder>/headas`` and a small CALDB beside it; give the former ($HEADAS)."""
    headas = Path(folder).resolve() / "headas"
    shutil.copytree(HERE / "syspfiles", headas / "syspfiles")
    tasks = [path.stem for path in (HERE / "syspfiles").glob("*.par")]
    (headas / "bin").mkdir()
    for task in tasks:
        _launcher(headas / "bin" / task, "", f"sys.path.append({str(ROOT)!r})\n")
    for task in SUB_TASKS:
        _launcher(headas / "bin" / task, " -IS", "")
    refdata = headas / "refdata"
    refdata.mkdir()
    for name in ("leapsec.fits", "rigidity.data"):
        (refdata / name).write_text("STAND-IN\n", encoding="utf-8")
    _make_caldb(headas.parent / "caldb")
    return headas


def headas_environ(headas: Path, **faults: str) -> dict[str, str]:
    """Give the environment in which the tree is HEASoft: this one, with HEADAS, PFILES, CALDB ...

    Parameters
    ----------
    headas : Path
        From `make_headas`.
    faults : str
        Further variables in capitals, e.g. ``STANDIN_PAUSE_S="0.2"``; other names are tasks and
        their faults: ``nupipeline="hang"``, or as one text ``STANDIN_FAULT="nupipeline:2=hang"``.
    """
    caldb, own = headas.parent / "caldb", headas.parent / "pfiles"
    own.mkdir(exist_ok=True)
    more = {name: value for name, value in faults.items() if name.isupper()}
    named = [f"{name}={kind}" for name, kind in faults.items() if not name.isupper()]
    fault = ",".join(filter(None, [more.pop("STANDIN_FAULT", ""), *named]))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STANDIN_", "HEADAS"))}
    paths = [str(HERE / "python"), str(ROOT), kept.get("PYTHONPATH", "")]
    return kept | {
        "HEADAS": str(headas),
        "PFILES": f"{own};{headas / 'syspfiles'}",
        "CALDB": str(caldb),
        "CALDBCONFIG": str(caldb / "software" / "tools" / "caldb.config"),
        "CALDBALIAS": str(caldb / "software" / "tools" / "alias_config.fits"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PATH": f"{headas / 'bin'}{os.pathsep}{kept.get('PATH', '')}",
        "STANDIN_FAULT": fault,
        **more,
    }


def _launcher(path: Path, options: str, more: str) -> None:
    text = LAUNCHER.format(
        python=sys.executable, options=options, home=str(HERE), more=more, task=path.name
    )
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _make_caldb(caldb: Path) -> None:
    """Write the indices that the tasks look for; there are no calibration files behind them."""
    import numpy as np
    from astropy.io import fits

    for mission, telescope, instrument in (
        ("nustar/fpm", "NUSTAR", "FPMA"),
        ("swift/xrt", "SWIFT", "XRT"),
    ):
        home = caldb / "data" / mission
        home.mkdir(parents=True)
        columns = {"TELESCOP": telescope, "INSTRUME": instrument, "CAL_FILE": "standin.fits", "CAL_CNAM": "ALIGNMENT", "CAL_DATE": "2024-01-01"}  # fmt: skip
        rows = [fits.Column(n, "40A", array=np.array([v])) for n, v in columns.items()]
        table = fits.BinTableHDU.from_columns(rows, name="CIF")
        table.header["COMMENT"] = "STAND-IN: an index without calibration files."
        table.writeto(home / "caldb.indx")
    tools = caldb / "software" / "tools"
    tools.mkdir(parents=True)
    (tools / "caldb.config").write_text(
        "NUSTAR FPMA CALDB data/nustar/fpm caldb.indx CALDB data/nustar/fpm\n", encoding="utf-8"
    )


def make_nustar_observation(
    folder: str | Path, obs_id: str = "99601110002", exposure_s: float = 5000.0, seed: int = 3
) -> Path:
    """Write a simulated observation below `folder` as the archive has it; give its own folder.

    Its unfiltered events hold all the cleaned ones, and some that the screening takes out. It must
    be longer than the good part of an orbit, about 3300 s.
    """
    from nuwidgets.simulation.archive_folder import write_folder
    from nuwidgets.simulation.truth import Truth

    home = Path(folder) / obs_id
    write_folder(home, Truth(obs_id=obs_id, exposure_s=exposure_s, seed=seed))
    return home


def with_heasoftpy(environ: dict[str, str], folder: str | Path, home: str | Path) -> dict[str, str]:
    """Give an environment with the real heasoftpy in place of the stand-in.

    Parameters
    ----------
    environ : dict
        From `headas_environ`.
    folder : path
        Folder that holds the package ``heasoftpy``: installed, or its source.
    home : path
        Where a source gets the functions that its installation would have made.
    """
    package = Path(folder) / "heasoftpy"
    if not (package / "fcn.py").is_file():
        package = Path(shutil.copytree(package, Path(home) / "heasoftpy"))
        make = "from heasoftpy.utils import generate_py_code; generate_py_code()"
        installing = {"__INSTALLING_HSP": "yes", "PYTHONPATH": str(package.parent)}
        command = [sys.executable, "-c", make]
        subprocess.run(command, env=environ | installing, cwd=home, check=True, capture_output=True)
    paths = environ["PYTHONPATH"].split(os.pathsep)[1:]
    return environ | {"PYTHONPATH": os.pathsep.join([str(package.parent), *paths])}
