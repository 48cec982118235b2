"""Folders of the archive as its web server shows them; never anything that is outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

_KIB, _MOST_PLAIN, _MOST_TENTHS, _ROUND_UP = 1024, 972, 9, 512
_GAP = 2


@dataclass(frozen=True)
class Entry:
    """One line of a listing."""

    name: str
    """Name in the folder; one that ends in ``/`` is a folder."""
    size_bytes: int = 0
    """Size of a file, bytes."""
    changed_s: float = 0.0
    """When it was changed, s since 1970, UTC."""


def place_of(root: Path, path: str) -> Path | None:
    """Give the file or folder that a path of the archive means; None if there is none.

    Parameters
    ----------
    root : Path
        Folder that holds ``FTP``.
    path : str
        As clients ask for it, decoded, from the first slash: ``"/FTP/..."``.
    """
    return _inside(root, root / path.lstrip("/"))


def entries(root: Path, folder: Path) -> list[Entry]:
    """List a folder by name; links that lead out of the archive are left out."""
    found = []
    with os.scandir(folder) as inside:
        for one in inside:
            if one.is_symlink() and _inside(root, Path(one.path)) is None:
                continue
            stat = one.stat()
            name = f"{one.name}/" if one.is_dir() else one.name
            found.append(Entry(name, stat.st_size, stat.st_mtime))
    return sorted(found, key=lambda entry: entry.name)


def files_of(root: Path, folder: Path) -> list[Path]:
    """Give all files in a folder and below, in the order of their paths."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if not path.is_symlink() or _inside(root, path)]


def _inside(root: Path, path: Path) -> Path | None:
    """Give where a path leads, all links followed; None if to nothing, or out of the archive."""
    try:
        found = path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None  # a name too long, a null byte, a link to itself
    return found if found.is_relative_to((root / "FTP").resolve()) else None


def index_page(path: str, found: Iterable[Entry]) -> str:
    """Give a folder's page, as Apache's mod_autoindex writes it.

    Parameters
    ----------
    path : str
        The folder as it was asked for, ``"/FTP/.../"``.
    found : iterable of Entry
        What is in it.
    """
    found = list(found)
    width = max([len("Parent Directory"), *(len(entry.name) for entry in found)]) + _GAP
    here = escape("/" + path.strip("/"), quote=False)
    parent = quote(("/" + path.strip("/")).rpartition("/")[0] + "/")
    lines = "\n".join(_line(entry, width) for entry in found)
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of {here}</title>
 </head>
 <body>
<h1>Index of {here}</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> {_heads(width)}<hr>\
<img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="{parent}">Parent Directory</a>\
{" " * (width - len("Parent Directory"))}                     -   
{lines}
<hr></pre>
</body></html>
"""  # noqa: W291


def _heads(width: int) -> str:
    """Give the head of the list, whose links sort it."""
    return (
        f'<a href="?C=N;O=D">Name</a>{" " * (width - len("Name"))}'
        '<a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>'
        '  <a href="?C=D;O=A">Description</a>'
    )


def _line(entry: Entry, width: int) -> str:
    """Give one line: icon, link, date, size."""
    is_folder = entry.name.endswith("/")
    icon, alt = ("folder", "[DIR]") if is_folder else ("compressed", "[   ]")
    date = datetime.fromtimestamp(entry.changed_s, UTC).strftime("%Y-%m-%d %H:%M")
    size = "  - " if is_folder else rounded_size(entry.size_bytes)
    # A colon in a name would make the part before it a scheme; Apache writes ./ before it too.
    link = quote(entry.name) if ":" not in entry.name else f"./{quote(entry.name, safe='/:')}"
    return (
        f'<img src="/icons/{icon}.gif" alt="{alt}"> <a href="{escape(link)}">'
        f"{escape(entry.name, quote=False)}</a>{' ' * (width - len(entry.name))}{date}  {size}  "
    )


def rounded_size(size_bytes: int) -> str:
    """Give a size in four characters, as Apache does (apr_strfsize).

    Examples
    --------
    >>> rounded_size(512), rounded_size(1234567), rounded_size(45_000_000)
    ('512 ', '1.2M', ' 43M')
    """
    if size_bytes <= _MOST_PLAIN:
        return f"{size_bytes:3d} "
    size = size_bytes
    for unit in "KMGTP":
        size, rest = divmod(size, _KIB)
        if size > _MOST_PLAIN:
            continue
        if size < _MOST_TENTHS or (size == _MOST_TENTHS and rest <= _MOST_PLAIN):
            tenths = (rest * 5 + 256) // 512
            return f"{size + tenths // 10}.{tenths % 10}{unit}"
        return f"{size + (rest >= _ROUND_UP):3d}{unit}"
    return "****"
