"""A script as a notebook: its sentences as text cells, its code as code cells, nothing run."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, NuwidgetsError, nearest
from nuwidgets.files.atomic import save_text
from nuwidgets.scripts import DIALECTS, sections

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.scripts.sections import Section

LANGUAGES = tuple(name for name in DIALECTS if name != "xcm")
"""The dialects that are Python."""


def save_notebook(
    record: SessionRecord,
    path: str | PathLike[str],
    dialect: str = "nuwidgets",
    *,
    overwrite: bool = False,
) -> Path:
    """Write the script of a session as a notebook; give its path.

    Parameters
    ----------
    record : SessionRecord
        The session.
    path : str or path
        The notebook; ``.ipynb`` is added where there is no ending.
    dialect : str
        ``"nuwidgets"`` or ``"tutorial"``.
    overwrite : bool
        Replace a file that is there.

    Raises
    ------
    InputError
        If the dialect is not known, or is not Python.
    FileError
        If the file exists and is not to be replaced, or cannot be written.
    NuwidgetsError
        If the package nbformat is not installed.
    """
    target = Path(path).expanduser()
    target = target if target.suffix else target.with_suffix(".ipynb")
    save_text(target, notebook_text(sections(record, dialect), dialect), overwrite=overwrite)
    return target


def notebook_text(parts: Iterable[Section], dialect: str = "nuwidgets") -> str:
    """Give sections as the JSON of a notebook of format 4.5, the same for the same sections.

    Raises
    ------
    InputError
        If the dialect is not Python.
    NuwidgetsError
        If the package nbformat is not installed.
    """
    if dialect not in LANGUAGES:
        raise InputError(f"Cannot write a notebook in {dialect!r}. {nearest(dialect, LANGUAGES)}")
    try:
        import nbformat
        from nbformat import v4
    except ImportError as error:
        raise NuwidgetsError(
            "Cannot write a notebook: the package nbformat is not installed. Install it with"
            " 'pip install nbformat'."
        ) from error
    cells: list[Any] = []
    for number, part in enumerate(parts):
        said = _markdown(part, 1 if number == 0 else 2)
        cells += [v4.new_markdown_cell(said, id=_id("text", number, said))] if said else []
        code = "\n".join(part.code)
        cells += [v4.new_code_cell(code, id=_id("code", number, code))] if code else []
    spoken = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": spoken, "language_info": {"name": "python"}}
    book = v4.new_notebook(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def _id(kind: str, number: int, text: str) -> str:
    """Give a cell its name: the same as long as the cell is the same."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return f"{kind}-{number}-{digest[:12]}"


def _markdown(part: Section, level: int) -> str:
    """Give heading and sentence, with all that Markdown or HTML would take as theirs as text."""
    heading = f"{'#' * level} {_as_text(part.title)}" if part.title else ""
    return "\n\n".join(filter(None, (heading, _as_text(part.text))))


def _as_text(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()<>#+!|&$~-])", r"\\\1", text)
