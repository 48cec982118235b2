"""Figures written to disk, whole or not at all."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from nuwidgets.errors import InputError, nearest
from nuwidgets.files.atomic import save_bytes

KINDS = (".pdf", ".png", ".svg")


def save_figure(figure: Any, path: str | Path, *, dpi: float = 150.0) -> Path:
    """Write a figure as PNG, PDF or SVG and give its path; a failed write leaves the old file.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    path : str or Path
        Where to write; the ending says the format.
    dpi : float
        Pixels per inch of a PNG.

    Raises
    ------
    InputError
        If the ending is not a format that can be written.
    FileError
        If the folder does not exist or cannot be written to.
    """
    target = Path(path)
    if target.suffix.lower() not in KINDS:
        raise InputError(
            f"Cannot write the figure {str(target)!r}: its ending {target.suffix!r} is no known"
            f" format. {nearest(target.suffix.lower(), KINDS)}"
        )
    kind = target.suffix.lower().removeprefix(".")
    save_bytes(target, figure_bytes(figure, kind, dpi=dpi), overwrite=True)
    return target


def figure_bytes(figure: Any, kind: str, *, dpi: float = 150.0) -> bytes:
    """Give a figure as a file; drawn twice, a PDF or PNG is the same to the byte.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    kind : str
        ``"pdf"`` (with text that can be edited), ``"png"`` or ``"svg"``.
    dpi : float
        Pixels per inch of a PNG.
    """
    from matplotlib import rc_context

    stamp = {"pdf": "CreationDate", "svg": "Date"}.get(kind)
    drawn = BytesIO()
    metadata = {stamp: None} if stamp else None
    with rc_context({"pdf.fonttype": 42}):
        figure.savefig(drawn, format=kind, dpi=dpi, metadata=metadata)
    return drawn.getvalue()
