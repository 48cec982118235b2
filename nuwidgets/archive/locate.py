"""Where the archive keeps observations, and from which of its hosts they are best taken."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.client import heasarc, said_well
from nuwidgets.domain.observation import ROW
from nuwidgets.errors import InputError, ServiceError
from nuwidgets.missions.base import missions
from nuwidgets.missions.hindrance import date_of

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places
    from nuwidgets.domain.archive_file import Files, FilesRequest
    from nuwidgets.domain.observation import Observations


@dataclass(frozen=True)
class Spot:
    """Where one observation is."""

    obs_id: str
    """Number of the observation."""
    path: str
    """Its folder in the archive, ``/FTP/.../``; empty where there is none."""
    problem: str = ""
    """Why there is none, a sentence."""


def spots_of(
    obs_ids: tuple[str, ...], found: Observations, mission: str, places: Places
) -> tuple[Spot, ...]:
    """Give where observations are, in their order; the archive is asked, as the tutorials do.

    Where its link service is down, the usual layout of the archive is taken.
    """
    table = found.table[[found.index(obs_id) for obs_id in obs_ids]]
    try:
        with said_well("locate the data", places):
            links = heasarc(places).locate_data(table, catalog_name=found.catalog)
    except ServiceError as error:
        return tuple(_computed(obs_id, found, mission, error) for obs_id in obs_ids)
    rows = [str(row) for row in found.column(ROW).values]
    by_row: dict[str, list[Any]] = {}
    for link in links:
        by_row.setdefault(str(link["ID"]).rpartition("?")[2], []).append(link)
    return tuple(_linked(o, by_row.get(rows[found.index(o)], [])) for o in obs_ids)


def _linked(obs_id: str, links: list[Any]) -> Spot:
    """Give where the links of an observation lead: to the folder of its name, if one does."""
    if not links:
        return Spot(obs_id, "", "The archive links no data to it.")
    own = (one for one in links if str(one["sciserver"] or "").rstrip("/").endswith(obs_id))
    link = next(own, links[-1])
    why = str(link["error_message"] or "").strip()
    path = str(link["sciserver"] or "")
    if not path.startswith("/FTP/") or ".." in path:
        return Spot(obs_id, "", f"The archive has no data of it{': ' + why if why else ''}.")
    return Spot(obs_id, path.rstrip("/") + "/")


def _computed(obs_id: str, found: Observations, mission: str, error: ServiceError) -> Spot:
    start = float(found.start_mjd[found.index(obs_id)])
    month = date_of(start)[:7].replace("-", "_") if math.isfinite(start) else ""
    pattern = missions()[mission].archive.folder
    if "{yyyy_mm}" in pattern and not month:
        return Spot(obs_id, "", str(error))
    names = {"obs_id": obs_id, "a": obs_id[:1], "bc": obs_id[1:3], "yyyy_mm": month}
    return Spot(obs_id, pattern.format(**names))


def host_order(request: FilesRequest, places: Places) -> tuple[tuple[str, ...], str]:
    """Give the hosts to ask, the best first, and why that is the first.

    Raises
    ------
    InputError
        If a host is asked for that is not here.
    """
    if request.host == "auto":
        return _best(request, places)
    if request.host == "mirror" and not request.mirror:
        raise InputError("Cannot use a mirror: none is named. Set mirror to a folder or address.")
    if request.host == "mirror":
        _check_mirror(request.mirror.strip())
    if request.host == "sciserver" and not places.mounted:
        raise InputError(
            f"Cannot use the mounted archive: there is no {places.mount or '/FTP'!r} here, as on"
            " SciServer and Fornax. Choose host 'aws' or 'heasarc'."
        )
    if request.host == "aws" and not places.bucket:
        raise InputError(f"{places.says} has no copy at Amazon's. Choose host 'heasarc'.")
    return (request.host,), "It was chosen."


def _check_mirror(mirror: str) -> None:
    remote = mirror.startswith(("http://", "https://", "s3://"))
    if not remote and not Path(mirror).expanduser().is_dir():
        raise InputError(
            f"Cannot use the mirror {mirror!r}: there is no such folder here. Name a folder, or an"
            " address that begins with https:// or s3://."
        )


def _best(request: FilesRequest, places: Places) -> tuple[tuple[str, ...], str]:
    if request.mirror:
        return ("mirror", "heasarc"), "A mirror is named."
    if places.mounted:
        return ("sciserver", "heasarc"), f"The archive is mounted at {places.mount}."
    if places.bucket and importlib.util.find_spec("s3fs") is not None:
        return ("aws", "heasarc"), "The copy at Amazon's is fast and needs no account."
    if places.bucket:
        return ("heasarc",), "The copy at Amazon's needs s3fs: pip install 'nuwidgets[aws]'."
    return ("heasarc",), f"{places.says} has the files."


def at_this_port(files: Files, places: Places) -> Files:
    """Give a list of files with the addresses of now: the simulated archive's port is any.

    Parameters
    ----------
    files : Files
        May have been listed by an earlier process.
    places : Places
        Where the archive answers now.
    """
    here = f"{places.data_url.rstrip('/')}/FTP/"
    moved = tuple(
        replace(one, root=here + one.root.partition("/FTP/")[2]) if "/FTP/" in one.root else one
        for one in files.observations
    )
    return replace(files, observations=moved)


def root_of(path: str, host: str, request: FilesRequest, places: Places) -> str:
    """Give the address of an observation's folder at a host.

    Parameters
    ----------
    path : str
        Its folder in the archive, ``/FTP/.../``.
    """
    below = path.removeprefix("/FTP/")
    if host == "heasarc":
        return f"{places.data_url.rstrip('/')}/FTP/{below}"
    if host == "aws":
        return f"s3://{places.bucket}/{below}"
    home = places.mount if host == "sciserver" else request.mirror
    if home.startswith(("http://", "https://", "s3://")):
        return f"{home.rstrip('/')}/{below}"
    whole = Path(home).expanduser().absolute()
    whole = whole / "FTP" if host == "mirror" and (whole / "FTP").is_dir() else whole
    return str(whole / below)
