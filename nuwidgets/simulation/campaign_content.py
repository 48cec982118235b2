"""The simulated campaign in the archive: rows of the catalogue, and files made when asked for."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.files.cache import cache_folder
from nuwidgets.simulation.campaign import (
    DEC_DEG,
    LOOKS,
    PLANNED,
    RA_DEG,
    TARGET,
    TARGET_ID,
    WINDOWED,
    write_truth,
)
from nuwidgets.simulation.kept_folder import files_in, make_folder, sums_of
from nuwidgets.simulation.server.tables import Late

if TYPE_CHECKING:
    from nuwidgets.simulation.campaign import Look
    from nuwidgets.simulation.observation import Report
    from nuwidgets.simulation.server.tables import ArchiveContent, ArchiveTable, Cell

VERSION = 1
"""Goes up when the campaign changes, so that an older one is not taken for it."""
LIST, TRUTH = "content.json", "truth.json"
TABLE = "swiftmastr"
_FIRST_ROW = 700_000
_ARCHIVED_DAYS, _PROCESSED_DAYS = 11.0, 9.0
_ONE = threading.Lock()


def campaign_folder(folder: str | Path | None = None, report: Report | None = None) -> Path:
    """Give the folder with the campaign's files; it is simulated once, in seconds, and kept.

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
    home = place / f"demo-campaign-{VERSION}"
    if not _is_whole(home):
        try:
            make_folder(home, lambda new: _build(new, report), lambda: _is_whole(home))
        except OSError as error:
            raise FileError(
                f"Cannot write the simulated campaign to {str(place)!r}: {error}. Give another"
                " folder, or set NUWIDGETS_CACHE to one you can write to."
            ) from error
    return home


def _is_whole(home: Path) -> bool:
    try:
        sums = json.loads((home / LIST).read_text(encoding="utf-8"))["sums"]
        return bool(sums) and sums == sums_of(home, sums)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _build(home: Path, report: Report | None) -> None:
    """Write the files of all looks, the truth, and the list of them."""
    from nuwidgets.simulation.xrt_files import write_look

    home.mkdir()
    looks = [look for look in LOOKS if look.folder]
    for number, look in enumerate(looks):
        if report:
            report(number / len(looks), f"simulating {look.obs_id}")
        write_look(home / look.folder.strip("/"), look)
    write_truth(home / TRUTH)
    said = {"simulated": True, "sums": sums_of(home, files_in(home))}
    (home / LIST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    if report:
        report(1.0, "simulated")


def with_campaign(content: ArchiveContent) -> ArchiveContent:
    """Give an archive's content with the campaign in it, whose files are made when asked for."""
    rows = {str(_FIRST_ROW + look.segment): look for look in LOOKS}
    tables = tuple(
        replace(table, rows=tuple(_row(table, look, key) for key, look in rows.items()))
        if table.name == TABLE
        else table
        for table in content.tables
    )
    folders = content.folders | {key: look.folder for key, look in rows.items()}
    return replace(content, tables=tables, folders=folders, late=(Late("/FTP/swift/", _made),))


def _made() -> Path:
    """Give the folder of the campaign in the cache folder of now, made once."""
    with _ONE:  # cache() alone would let two requests build two
        return _made_in(cache_folder())


@cache
def _made_in(place: Path) -> Path:
    return campaign_folder(place)


def _row(table: ArchiveTable, look: Look, key: str) -> tuple[Cell, ...]:
    """Give the row of a look in the order of the columns."""
    cells: dict[str, Cell] = {
        "name": TARGET, "obsid": look.obs_id, "target_id": TARGET_ID, "__row": key,
        **(_seen(look) if look.kind != PLANNED else _planned()),
    }  # fmt: skip
    return tuple(cells.get(column.name) for column in table.columns)


def _seen(look: Look) -> dict[str, Cell]:
    """Give the cells that say where it looked, how long, and when that was archived."""
    from nuwidgets.simulation.xrt_scene import XrtScene

    scene = XrtScene(look)
    intervals, seen_s = scene.gti.intervals, scene.gti.ontime_s
    stop_mjd = look.start_mjd + (intervals[-1][1] - intervals[0][0]) / 86_400
    windowed = look.kind == WINDOWED
    return {
        "ra": round(scene.plane.ra_ref_deg, 5), "dec": round(scene.plane.dec_ref_deg, 5),
        "roll_angle": round(look.roll_deg, 3), "start_time": look.start_mjd,
        "stop_time": stop_mjd, "processing_date": stop_mjd + _PROCESSED_DAYS,
        "archive_date": stop_mjd + _ARCHIVED_DAYS, "xrt_exposure": seen_s,
        "uvot_exposure": 0.97 * seen_s, "bat_exposure": 1.02 * seen_s,
        "xrt_expo_pc": 0.0 if windowed else seen_s, "xrt_expo_wt": seen_s if windowed else 0.0,
    }  # fmt: skip


def _planned() -> dict[str, Cell]:
    """Give the cells of what was not made yet."""
    return {"ra": RA_DEG, "dec": DEC_DEG, "xrt_exposure": 0.0}
