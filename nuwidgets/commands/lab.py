"""``nuwidgets lab``: JupyterLab on the quick-start notebook."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import nuwidgets
from nuwidgets.commands.output import Answer, complain, make_folder
from nuwidgets.errors import EngineMissingError, FileError
from nuwidgets.files.atomic import save_bytes

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

HELP = "copy the quick-start notebook here, unless it is here already, and open JupyterLab on it"
NOTEBOOK = "quickstart.ipynb"


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument(
        "--folder", default=".", metavar="DIR", help="where to work (default: the current folder)"
    )
    parser.add_argument(
        "jupyter", nargs="*", metavar="-- OPTION", help="options for JupyterLab, after --"
    )
    parser.epilog = "nuwidgets lab -- --no-browser --port 9000"


def run(options: Namespace) -> Answer:
    """Copy the notebook and stay until JupyterLab ends."""
    if find_spec("jupyterlab") is None:
        raise EngineMissingError(
            'JupyterLab is not installed here. Install it with: pip install "nuwidgets[lab]"'
        )
    notebook, copied = place_notebook(Path(options.folder))
    complain(f"{'Copied the notebook to' if copied else 'Opening'} {notebook}")
    code = start([sys.executable, "-m", "jupyterlab", *options.jupyter, str(notebook)])
    data = {"notebook": notebook, "copied": copied, "exit_code": code}
    return Answer(data, f"JupyterLab has ended; your notebook is {notebook}", 1 if code else 0)


def place_notebook(folder: Path) -> tuple[Path, bool]:
    """Give the notebook's path in a folder, and whether it was copied there just now.

    Raises
    ------
    FileError
        If it cannot be copied, or this installation has no notebook.
    """
    target = make_folder(folder) / NOTEBOOK
    if target.exists():
        return target, False
    try:
        save_bytes(target, shipped_notebook().read_bytes())
    except (OSError, FileError) as error:
        raise FileError(
            f"Cannot copy the notebook to {str(target)!r}: {error} Give a"
            " folder where you may write with --folder."
        ) from error
    return target, True


def shipped_notebook() -> Path:
    """Give the notebook that came with the package, or lies beside it in a clone.

    Raises
    ------
    FileError
        If this installation has none.
    """
    package = Path(nuwidgets.__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / NOTEBOOK).is_file():
            return folder / NOTEBOOK
    raise FileError(
        f"This installation lacks {NOTEBOOK}. Install it again: pip install --force-reinstall"
        " nuwidgets"
    )


def start(command: list[str]) -> int:
    """Run a command that has the terminal until it ends; Ctrl-C is its own affair."""
    with subprocess.Popen(command) as process:  # noqa: S603  our own interpreter
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # JupyterLab asks whether to shut down
                continue
