"""Observations as a table shows them: dates, exposures, and what must be known of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.observation import ROW
from nuwidgets.panels.time_axis import moment

if TYPE_CHECKING:
    from nuwidgets.domain.observation import Column, Observations

REMARKS = "remarks"
"""Head of the column that says why a row cannot be had, or what to know of it."""
ABSENT = "\N{EN DASH}"
_DAYS = ("d", "day", "mjd")


def keys_of(found: Observations) -> list[str]:
    """Name each row: by its ObsID, numbered where that is missing or there twice.

    Parameters
    ----------
    found : Observations
        A catalogue may list planned observations that have no number yet.
    """
    seen: set[str] = set()
    keys = []
    for n, obs_id in enumerate(found.obs_id):
        free = obs_id and obs_id not in seen
        keys.append(obs_id if free else f"{obs_id} (row {n})")
        seen.add(obs_id)
    return keys


def choosable(found: Observations) -> dict[str, Column]:
    """Give the columns that can be shown, in the order in which they stand: the usual ones first.

    Parameters
    ----------
    found : Observations
        The column by which the archive knows a row is not among them.
    """
    known = {column.name: column for column in found.columns if column.name != ROW}
    usual = [name for name in found.shown if name in known]
    return {name: known[name] for name in dict.fromkeys((*usual, *known))}


def is_date(column: Column) -> bool:
    """Whether a column holds moments as MJD.

    Parameters
    ----------
    column : Column
        HEASARC gives days as the unit and says MJD, or MJD as the unit.
    """
    unit, name = column.unit.lower(), column.name.lower()
    named = name.endswith(("time", "date")) or "mjd" in column.says.lower()
    return unit in _DAYS and (unit == "mjd" or named) and is_number(column)


def is_number(column: Column) -> bool:
    """Whether all values that are there are numbers, and one is."""
    there = [value for value in column.values if value is not None]
    return bool(there) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in there
    )


def head_of(column: Column, *, mjd: bool) -> str:
    """Give what stands above a column: its name in the catalogue, and the unit of its numbers."""
    if is_date(column):
        return f"{column.name} [MJD]" if mjd else column.name
    return f"{column.name} [{column.unit}]" if column.unit and is_number(column) else column.name


def cells_of(column: Column, *, mjd: bool) -> list[str]:
    """Give the texts of a column.

    Parameters
    ----------
    column : Column
        Its values.
    mjd : bool
        Moments as MJD, not as dates.
    """
    date = is_date(column)
    return [_cell(value, column.unit, date=date, mjd=mjd) for value in column.values]


def _cell(value: Any, unit: str, *, date: bool, mjd: bool) -> str:
    if value is None or value == "":
        return ABSENT
    if date:
        return (moment(value) if not mjd else "") or f"{value:.5f}"
    if unit == "s" and isinstance(value, float):
        return f"{value:,.0f}"
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def remark(found: Observations, n: int) -> str:
    """Say why a row cannot be downloaded, or what should be known of it; empty for nothing."""
    caution = found.caution[n] and f"⚠ {found.caution[n]}"
    return " ".join(text for text in (found.hindrance[n], caution) if text)


def sentence(found: Observations, n_selected: int) -> str:
    """Say in one sentence what was found.

    Parameters
    ----------
    found : Observations
        The answer of a search.
    n_selected : int
        How many are selected.
    """
    dec = f"{found.dec_deg:+.3f}".replace("-", "\N{MINUS SIGN}")
    place = f"within {found.radius_arcmin:.4g}\N{PRIME} of RA {found.ra_deg:.3f}, Dec {dec}"
    if not len(found):
        where = getattr(found.provenance.request, "mission", found.catalog)
        return f"No observation of {where} {place}: search a wider radius, or another mission."
    plural = "" if len(found) == 1 else "s"
    free = sum(not why for why in found.hindrance)
    return (
        f"{len(found):,} observation{plural} of {found.catalog} {place};"
        f" {free:,} can be downloaded, {n_selected:,} selected"
    )
