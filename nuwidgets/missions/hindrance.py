"""Why an observation cannot be downloaded, or should be used with care, from its catalogue row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.missions.archive import Catalogue

_THERE = ("archived", "processed")
_MJD_1858 = "1858-11-17"


def as_number(value: Any) -> float:
    """Give a number, NaN for what is none."""
    try:
        return math.nan if value is None else float(value)
    except (TypeError, ValueError):
        return math.nan


def date_of(mjd: float) -> str:
    """Give the date of an MJD, e.g. ``"2015-03-04"``; empty for NaN.

    Examples
    --------
    >>> date_of(55665.0)
    '2011-04-14'
    """
    if not math.isfinite(mjd) or abs(mjd) > 1e6:  # noqa: PLR2004  years that dates do not have
        return ""
    from datetime import date, timedelta

    return (date.fromisoformat(_MJD_1858) + timedelta(days=math.floor(mjd))).isoformat()


def hindrance_of(row: Mapping[str, Any], catalogue: Catalogue, now_mjd: float) -> str:
    """Say why an observation cannot be downloaded; empty where it can.

    Parameters
    ----------
    row : mapping
        Column name -> value.
    catalogue : Catalogue
        What its columns mean.
    now_mjd : float
        Today, MJD.
    """
    if not str(row.get(catalogue.obs_id) or "").strip():
        return "It has no ObsID yet."
    status = str(row.get(catalogue.status) or "").strip().lower() if catalogue.status else ""
    start, exposure = (as_number(row.get(name)) for name in (catalogue.start, catalogue.exposure))
    planned = status not in ("", *_THERE)
    if planned or start > now_mjd:
        when = f" for {date_of(start)}" if date_of(start) else ""
        return f"It is planned{when} and was not made yet ({status or 'in the future'})."
    if catalogue.public and catalogue.public in row:
        public = as_number(row[catalogue.public])
        if not public <= now_mjd:
            until = f" until {date_of(public)}" if date_of(public) else ""
            return catalogue.not_public.format(until=until)
    if exposure <= 0:
        return "It has no exposure: there are no data."
    return ""


def caution_of(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Say what should be known before an observation is used; empty for nothing."""
    said = []
    if catalogue.flag and as_number(row.get(catalogue.flag)) > 0:
        note = " ".join(str(row.get("comments") or "").split()).rstrip(".")
        said.append(f"The mission's team flagged an issue{': ' + note if note else ''}.")
    exposure = as_number(row.get(catalogue.exposure))
    if math.isnan(exposure):
        said.append("Its exposure is not known.")
    said += _other_modes(row, catalogue)
    return " ".join(said)


def _other_modes(row: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """Say that the usual data mode was not used, and which was; nothing where nobody knows."""
    known = {mode: as_number(row.get(column)) for mode, column in catalogue.modes}
    usual = next(iter(known), "")
    used = [mode for mode, exposure_s in known.items() if exposure_s > 0]
    if not used or usual in used or math.isnan(known[usual]):
        return []
    said = f"It has no data in mode {usual}, only in {' and '.join(used)}"
    return [f"{said}: for these set download.modes = {tuple(used)!r}."]
