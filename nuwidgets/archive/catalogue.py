"""Search a mission's master catalogue, found as HEASARC's tutorials find it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.archive.client import heasarc, leave_on_stop, said_well
from nuwidgets.archive.resolve import position_of
from nuwidgets.domain.observation import ROW, Column, FindRequest, Observations
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import ServiceError
from nuwidgets.missions.base import missions
from nuwidgets.missions.hindrance import as_number, caution_of, hindrance_of

if TYPE_CHECKING:
    from nuwidgets.archive.memory import Memory
    from nuwidgets.archive.places import Places
    from nuwidgets.missions.archive import Catalogue

MOST_ROWS = 10_000
"""So many rows are asked for at most."""


@dataclass(frozen=True)
class Known:
    """What is known of a master catalogue."""

    name: str
    """Its name, e.g. ``"numaster"``."""
    radius_arcmin: float
    """The radius it is searched with unless another is given, arcmin."""
    columns: dict[str, tuple[str, str]]
    """Unit and description of each column that is asked for, by name."""


def find(request: FindRequest, places: Places, memory: Memory, token: Any) -> Observations:
    """Give the observations around a target.

    Raises
    ------
    InputError
        If there is no target, or nobody knows it.
    ServiceError
        If a service does not answer.
    """
    token.report(stage="looking up the target")
    at = leave_on_stop(lambda: position_of(request.target, places, memory), token)
    token.report(stage="searching the catalogue")
    found: Observations = leave_on_stop(lambda: _search(request, at, places, memory), token)
    return found


def _search(
    request: FindRequest, at: tuple[float, float], places: Places, memory: Memory
) -> Observations:
    """Search; where what was remembered of the catalogue does not hold, it is asked anew."""
    catalogue = missions()[request.mission].archive.catalogue
    client = heasarc(places)
    remembered = memory.recall(_key(catalogue, places)) is not None
    try:
        return _searched(request, at, places, known_of(catalogue, client, places, memory), client)
    except ServiceError:
        if not remembered:
            raise
    memory.forget(_key(catalogue, places))
    return _searched(request, at, places, known_of(catalogue, client, places, memory), client)


def _searched(
    request: FindRequest, at: tuple[float, float], places: Places, known: Known, client: Any
) -> Observations:
    catalogue = missions()[request.mission].archive.catalogue
    with said_well(f"search {known.name}", places):
        radius = request.radius_arcmin or known.radius_arcmin
        found = _rows(client, known, at, radius)
        table, cut = found.to_table(), found.query_status == "OVERFLOW"
    return _observations(table, known, catalogue, (*at, radius), cut=cut)


def _rows(client: Any, known: Known, at: tuple[float, float], radius_arcmin: float) -> Any:
    """Give pyvo's result; the query is astroquery's, without its warning where none is found."""
    from astropy.coordinates import SkyCoord
    from astropy.units import Quantity

    adql = client.query_region(
        SkyCoord(*at, unit="deg"),
        catalog=known.name,
        radius=Quantity(radius_arcmin, "arcmin"),
        columns=", ".join((*known.columns, ROW)),
        get_query_payload=True,
    )
    return client.query_tap(adql, maxrec=MOST_ROWS)


def _key(catalogue: Catalogue, places: Places) -> str:
    return f"catalogue {places.vo_url} {catalogue.keywords} {' '.join(catalogue.asked)}"


def known_of(catalogue: Catalogue, client: Any, places: Places, memory: Memory) -> Known:
    """Give name, usual radius and columns of a mission's catalogue, asked once a month.

    Raises
    ------
    ServiceError
        If the archive does not answer, or has no such catalogue.
    """
    key = _key(catalogue, places)
    with contextlib.suppress(TypeError, KeyError, ValueError):  # nonsense is as good as nothing
        kept = memory.recall(key)
        columns = {str(name): (str(unit), str(says)) for name, unit, says in kept["columns"]}
        return Known(str(kept["name"]), float(kept["radius_arcmin"]), columns)
    with said_well(f"find the catalogue of {catalogue.keywords}", places):
        known = _asked(catalogue, client)
    if known is None:
        raise ServiceError(
            f"{places.says} lists no master catalogue of {catalogue.keywords!r}. Try again later."
        )
    plain = [[name, unit, says] for name, (unit, says) in known.columns.items()]
    fact = {"name": known.name, "radius_arcmin": known.radius_arcmin, "columns": plain}
    memory.learn(key, fact)
    return known


def _asked(catalogue: Catalogue, client: Any) -> Known | None:
    found = client.list_catalogs(master=True, keywords=catalogue.keywords)
    names = [str(name) for name in found["name"]]
    if not names:
        return None
    name = min(names, key=len)  # the plain one, e.g. swiftmastr and not a list of something in it
    radius = float(client.get_default_radius(name).to_value("arcmin"))
    usual = [str(row["name"]) for row in client.list_columns(name)]
    every = client.list_columns(name, full=True)
    facts = {str(r["name"]): (str(r["unit"] or ""), str(r["description"] or "")) for r in every}
    meant = (catalogue.obs_id, catalogue.name, catalogue.start, catalogue.exposure)
    wanted = (*meant, *usual, *catalogue.asked, catalogue.public, catalogue.status, catalogue.flag)
    return Known(name, radius, {n: facts[n] for n in dict.fromkeys(wanted) if n in facts})


def _observations(
    table: Any,
    known: Known,
    catalogue: Catalogue,
    where: tuple[float, float, float],
    *,
    cut: bool,
) -> Observations:
    from astropy.time import Time

    columns = tuple(
        Column(
            name, _plain(table[name], text=name in _texts(catalogue)), *known.columns.get(name, ())
        )
        for name in table.colnames
    )
    by_name = {column.name: column.values for column in columns}
    rows = [dict(zip(by_name, row, strict=True)) for row in zip(*by_name.values(), strict=True)]
    now_mjd = float(Time.now().utc.mjd)
    some = f"The archive gives only the first {len(rows)} rows: search a smaller radius."
    provenance = Provenance(warnings=(some,) if cut or len(rows) >= MOST_ROWS else ())
    return Observations(
        known.name,
        columns,
        tuple(str(row.get(catalogue.obs_id) or "").strip() for row in rows),
        _numbers(rows, catalogue.start),
        _numbers(rows, catalogue.stop),
        _numbers(rows, catalogue.exposure),
        tuple(hindrance_of(row, catalogue, now_mjd) for row in rows),
        tuple(caution_of(row, catalogue) for row in rows),
        *where,
        tuple(name for name in catalogue.shown if name in by_name),
        provenance,
    )


def _texts(catalogue: Catalogue) -> tuple[str, ...]:
    return (catalogue.obs_id, catalogue.name, ROW)


def _numbers(rows: list[dict[str, Any]], name: str) -> Any:
    return np.array([as_number(row.get(name)) for row in rows], dtype=float)


def _plain(column: Any, *, text: bool) -> tuple[Any, ...]:
    """Give a column's values as plain ones, None for what is masked or no number."""
    values = [None if np.ma.is_masked(value) else value for value in column]
    return tuple(_one(value, text=text) for value in values)


def _one(value: Any, *, text: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if text or isinstance(value, str):
        return str(value).strip()
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None
    return plain if isinstance(plain, bool | int | float) else str(plain)
