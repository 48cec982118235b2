"""A report: all its files are made in memory first, then written, the list of them last."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.atomic import save_bytes
from nuwidgets.reports.citations import bibtex
from nuwidgets.reports.manifest import left_over, manifest, sha256
from nuwidgets.reports.methods import paragraphs
from nuwidgets.reports.pictures import pictures
from nuwidgets.reports.series_tables import series_latex
from nuwidgets.reports.table_texts import TEXTS
from nuwidgets.reports.tables import TABLES
from nuwidgets.reports.wording import Paragraph, as_latex, as_markdown
from nuwidgets.scripts import script

if TYPE_CHECKING:
    from nuwidgets.domain.record import SessionRecord

LIST = "products.json"
"""The list of all files and data."""


@dataclass(frozen=True)
class ReportFile:
    """One file of a report."""

    name: str
    """Its path inside the folder."""
    sha256: str
    """Its checksum."""
    size: int
    """Its size, bytes."""


@dataclass(frozen=True)
class Report:
    """What was written."""

    folder: Path
    """The folder."""
    files: tuple[ReportFile, ...]
    """Its files, by name."""

    def __repr__(self) -> str:
        rows = [f"  {one.sha256[:12]}  {one.name}" for one in self.files]
        return "\n".join([f"<Report: {len(self.files)} files>", *rows])


def write_report(record: SessionRecord, folder: str | Path, *, overwrite: bool = False) -> Report:
    """Write tables, figures, methods, script and the list of all files.

    Parameters
    ----------
    record : SessionRecord
        The session, with its products in memory.
    folder : str or Path
        Where to write; made if it is not there.
    overwrite : bool
        Write even if the folder holds something; only files of an earlier report go.

    Raises
    ------
    InputError
        If the session has no datasets.
    FileError
        If the folder holds something already, or cannot be written.
    """
    if not record.datasets:
        raise InputError(
            "Cannot write a report: the session has no datasets. Add one first, with"
            " add_events(path) or add_spectrum(path)."
        )
    place = Path(folder).expanduser()
    _check(place, overwrite=overwrite)
    files = contents(record)
    files[LIST] = manifest(record, files).encode()
    for path in left_over(place, LIST, files):
        path.unlink()
    for name, data in files.items():
        _make(place / Path(name).parent)
        save_bytes(place / name, data, overwrite=overwrite)
    made = (ReportFile(name, sha256(data), len(data)) for name, data in sorted(files.items()))
    return Report(place, tuple(made))


def contents(record: SessionRecord) -> dict[str, bytes]:
    """Give the files of a report by name, without the list of them."""
    files: dict[str, bytes] = {}
    for name, make in TABLES.items():
        table = make(record)
        if table is not None:
            drawn = StringIO()
            table.write(drawn, format="ascii.ecsv", delimiter=",")
            files[f"tables/{name}.ecsv"] = drawn.getvalue().encode()
            text = TEXTS[name](table) if name in TEXTS else series_latex(record)
            files[f"tables/{name}.tex"] = text.encode()
    drawn_figures, problems = pictures(record)
    files |= drawn_figures
    told = paragraphs(record)
    if problems:
        more = tuple((sentence,) for sentence in problems)
        told = (*told, Paragraph("Figures that are missing", more, listed=True))
    keys = tuple(dict.fromkeys(key for one in told for key in one.keys))
    files["methods.md"] = as_markdown(told, keys).encode()
    files["methods.tex"] = as_latex(told).encode()
    files["references.bib"] = bibtex(keys).encode()
    files["script.py"] = script(record).encode()
    return files


def _check(place: Path, *, overwrite: bool) -> None:
    try:
        taken = place.exists() and (not place.is_dir() or (any(place.iterdir()) and not overwrite))
    except (OSError, ValueError) as error:
        raise FileError(
            f"Cannot write a report in {str(place)!r}: {error}. Choose another folder."
        ) from error
    if taken:
        raise FileError(
            f"Cannot write a report in {str(place)!r}: it holds something already. Choose another"
            " folder, or say overwrite=True for a folder."
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise FileError(
            f"Cannot make the folder {str(folder)!r}: {error}. Choose another folder."
        ) from error
