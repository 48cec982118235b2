"""The files that are listed as a table; its ticks say which of them are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.core.bind import behind
from nuwidgets.domain.archive_file import in_units
from nuwidgets.missions.archive import is_secret
from nuwidgets.missions.base import missions
from nuwidgets.panels.download_wanted import by_hand
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.archive_file import Files
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.download_wanted import Wanted

COLUMNS = ("observation", "folder", "file", "size", "what for")
ENCRYPTED = "It is encrypted: only the owners of the observation can decode it."


class DownloadFiles:
    """A table whose ticks are what preset or pattern give, and what a hand has changed of it.

    Parameters
    ----------
    panel : Panel
        Its session's download is ticked.
    usual : callable
        Gives what is wanted when nothing is ticked by hand.
    """

    def __init__(self, panel: Panel, usual: Callable[[], Wanted]) -> None:
        self._panel, self._usual = panel, usual
        self._shown: Files | None = None
        self._wanted: list[str] = []
        self._pulling = False
        self.table = RowTable(
            columns=list(COLUMNS),
            alt="Files of the selected observations; those that are ticked are downloaded",
            empty="The archive has no files of these observations.",
            many=True,
            searchable=True,
        )
        behind(panel.door, self.table)
        self.table.observe(self._ticked, "picked")

    def show(self, files: Files | None, chosen: Wanted) -> None:
        """Bring rows and ticks to what is listed and wanted now."""
        self._pulling = True
        try:
            if files is not self._shown:
                self._shown = files
                rows, refused = _rows(files)
                self.table.fill(COLUMNS, rows, align=["size"], refused=refused)
            picked = [row[0] for row in self.table.rows if row[0] in chosen.keys]
            if picked != self.table.picked:
                self.table.picked = picked
        finally:
            self._pulling = False

    def _ticked(self, _change: object) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._push)

    def _push(self) -> None:
        download = self._panel.session.download
        also, without = by_hand(self.table.picked, self._usual(), download.request())
        download.also, download.without = also, without


def _rows(files: Files | None) -> tuple[list[list[str]], dict[str, str]]:
    """Give key and texts of each file, and why some cannot be had."""
    if files is None:
        return [], {}
    role = missions()[files.mission].archive.role
    rows, refused = [], {}
    for one in files.observations:
        for file in one.files:
            key, (folder, _, name) = f"{one.obs_id}/{file.path}", file.path.rpartition("/")
            size = "\N{EN DASH}" if file.size_bytes is None else in_units(file.size_bytes)
            rows.append([key, one.obs_id, folder, name, size, role(file.path).says])
            if is_secret(file.path):
                refused[key] = ENCRYPTED
    return rows, refused
