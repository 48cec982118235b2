"""Where the data of a catalogue's rows are: the archive's answer to datalink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.simulation.server.listing import files_of, place_of
from nuwidgets.simulation.server.tables import ArchiveColumn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.simulation.server.tables import ArchiveContent, Cell

LINK_COLUMNS = (
    ArchiveColumn("ID", description="Identifier of the row"),
    ArchiveColumn("access_url", description="Where the data are"),
    ArchiveColumn("service_def", description="Service that gives them"),
    ArchiveColumn("error_message", description="Why there are none"),
    ArchiveColumn("description", description="What they are"),
    ArchiveColumn("semantics", description="What they are to the row"),
    ArchiveColumn("content_type", description="Type of the data"),
    ArchiveColumn("content_length", "long", "byte", "Size of the data"),
)


def links(
    content: ArchiveContent, catalogue: str, rows: Iterable[str], url: str
) -> list[tuple[Cell, ...]]:
    """Give the links of some rows.

    Parameters
    ----------
    content : ArchiveContent
        The archive.
    catalogue : str
        Name of the catalogue.
    rows : iterable of str
        What stands in the column ``__row``; alone or as ``ivo://nasa.heasarc/numaster?row``.
    url : str
        Address of the server, without a slash at the end.
    """
    found: list[tuple[Cell, ...]] = []
    for row in rows:
        name = row.rpartition("?")[2]
        ivo = f"ivo://nasa.heasarc/{catalogue}?{name}"
        path = content.folders.get(name, "")
        root = content.root_of(path) if path else content.root
        folder = place_of(root, path) if path else None
        if name not in content.folders:
            found.append(_error(ivo, f"NotFoundFault: {catalogue} has no row {name}"))
        elif folder is None:
            found.append(_error(ivo, "No data products were found for this row"))
        else:
            size_bytes = sum(file.stat().st_size for file in files_of(root, folder))
            place = _place(url, path)
            picture = f"{place}preview.gif"
            found.append(_link(ivo, picture, "A picture of the data", "#preview", "image/gif", 0))
            found.append(_link(ivo, place, "Data products", "#this", "directory", size_bytes))
    return found


def _place(url: str, path: str) -> str:
    """Give a folder's address; like the archive with two slashes before the observation."""
    parent, _, name = path.strip("/").rpartition("/")
    return f"{url}/{parent}//{name}/"


def _error(ivo: str, message: str) -> tuple[Cell, ...]:
    return (ivo, "", "", message, "", "#this", "", None)


def _link(
    ivo: str, address: str, description: str, semantics: str, kind: str, size_bytes: int
) -> tuple[Cell, ...]:
    return (ivo, address, "", "", description, semantics, kind, size_bytes or None)
