"""The simulated archive of nuwidgets.demo(): built once in the user's cache folder, and kept.

Beside the files lies a list of them with the rows of the catalogue: what is damaged is built anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.files.cache import cache_folder
from nuwidgets.simulation.archive_plan import PLAN, PROPRIETARY, PUBLIC
from nuwidgets.simulation.kept_folder import files_in, make_folder, sums_of
from nuwidgets.simulation.server.tables import ArchiveContent

if TYPE_CHECKING:
    from nuwidgets.simulation.archive_plan import Visit
    from nuwidgets.simulation.archive_rows import Seen
    from nuwidgets.simulation.observation import Report

VERSION = 1
"""Goes up when the content changes, so that an older one is not taken for it."""
LIST = "content.json"


def demo_content(folder: str | Path | None = None, report: Report | None = None) -> ArchiveContent:
    """Give what the simulated archive holds; it is simulated once, in seconds, and kept.

    Parameters
    ----------
    folder : str or Path, optional
        Where it is or shall be; the user's cache folder unless given.
    report : callable, optional
        Told the fraction done, 0 to 1, and the stage, if there is something to do.

    Raises
    ------
    FileError
        If it cannot be written there.
    """
    place = Path(folder).expanduser() if folder is not None else cache_folder()
    home = place / f"demo-archive-{VERSION}"
    content = _kept(home)
    if content is None:
        try:
            _make(home, report)
        except OSError as error:
            raise _unwritable(place, error) from error
        content = _kept(home)
    if content is None:
        raise _unwritable(place, "what was written cannot be read back")
    return content


def _unwritable(place: Path, why: object) -> FileError:
    """Say that the archive cannot be kept there."""
    return FileError(
        f"Cannot write the simulated archive to {str(place)!r}: {why}. Give another folder, or set"
        " NUWIDGETS_CACHE to one you can write to."
    )


def _kept(home: Path) -> ArchiveContent | None:
    """Give what is there; None if anything is missing or damaged."""
    from nuwidgets.simulation.archive_rows import COLUMN_NAMES, filled

    try:
        said = json.loads((home / LIST).read_text(encoding="utf-8"))
        whole = said["columns"] == COLUMN_NAMES and said["sums"] == sums_of(home, said["sums"])
        rows = tuple(map(tuple, said["rows"]))
        return ArchiveContent(home, filled(rows), said["folders"]) if whole else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _make(home: Path, report: Report | None) -> None:
    """Build all in a folder of its own, then move it into place."""
    make_folder(home, lambda new: _build(new, report), lambda: _kept(home) is not None)


def _build(home: Path, report: Report | None) -> None:
    """Write the files of all visits and the list of them."""
    from nuwidgets.simulation.archive_rows import COLUMN_NAMES, row_of

    home.mkdir()
    rows = []
    for number, visit in enumerate(PLAN):
        if report and visit.folder:
            report(number / len(PLAN), f"simulating {visit.truth.obs_id}")
        rows.append(row_of(visit, str(number + 1), _write(home, visit)))
    names = files_in(home)
    said = {
        "simulated": True, "columns": COLUMN_NAMES, "rows": rows, "sums": sums_of(home, names),
        "folders": {str(number + 1): visit.folder for number, visit in enumerate(PLAN)},
    }  # fmt: skip
    (home / LIST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    if report:
        report(1.0, "simulated")


def _write(home: Path, visit: Visit) -> Seen:
    """Write the files of a visit, if it has any; give how long it looked."""
    from nuwidgets.simulation.archive_folder import write_folder, write_secret_folder
    from nuwidgets.simulation.archive_rows import expected

    folder = home / visit.folder.strip("/")
    if visit.kind == PUBLIC:
        return write_folder(folder, visit.truth)
    if visit.kind == PROPRIETARY:
        write_secret_folder(folder, visit.truth)
    return expected(visit)
