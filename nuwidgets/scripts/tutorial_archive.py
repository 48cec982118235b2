"""The tutorial's beginning: a source is found in the archive, and its observations downloaded.

What the session searched and downloaded is done again with astroquery; a dataset whose files came
another way is searched for at its own position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.domain.archive_file import Files, FilesRequest
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.observation import FindRequest, Observations
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.missions.archive import EVERYTHING
from nuwidgets.missions.base import missions
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.missions.swift import SWIFT
from nuwidgets.scripts.archive import asked, request_of_now
from nuwidgets.scripts.makers import HEASOFT
from nuwidgets.scripts.matters import ARCHIVE, fresh
from nuwidgets.scripts.origins import downloads, parts
from nuwidgets.scripts.processed import processed
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import alike, asked_for, why
from nuwidgets.scripts.values import STEP, Raw, assign, call, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.scripts.origins import Request
    from nuwidgets.scripts.tutorial_data import Observed

HOSTS = ("heasarc", "aws", "sciserver")
"""Hosts that astroquery knows."""
COORDINATES = re.compile(
    r"(?:(?P<frame>(?i:icrs|fk5|j2000|fk4|b1950|galactic|gal))\s+)?"
    r"(?P<two>[-+\d][-+\d.,:hmsd°'\"\s]*)"
)
"""What is a position and no name."""
FRAMES = {"j2000": "fk5", "b1950": "fk4", "gal": "galactic"}


@dataclass(frozen=True)
class _Search:
    """One search, and what is taken of what it finds."""

    lines: tuple[str, ...]
    """What finds the observations."""
    obs_ids: tuple[str, ...] = ()
    """Those that are chosen."""
    host: str = ""
    """Where they are downloaded from; empty where they are not."""
    remarks: tuple[str, ...] = ()
    """Comments above all."""


def archive_sections(
    record: SessionRecord,
    datasets: Iterable[DatasetRecord],
    observations: tuple[Observed, ...],
    only: tuple[str, ...],
) -> tuple[Section, ...]:
    """Give how observations are found and downloaded; nothing where nothing is to be.

    Parameters
    ----------
    record : SessionRecord
        The session.
    datasets : iterable of DatasetRecord
        Those that matter, of any mission.
    observations : tuple of Observed
        Those of them that this dialect makes again.
    only : tuple of str
        Paths of steps; () is all.
    """
    wanted = asked_for("events", only, observations)
    meant = tuple(datasets) if not only else tuple(one.record for one in wanted)
    makers = processed(record, meant)
    below = {name: one.download for name, one in makers.items() if one.download is not None}
    origins = {**below, **downloads(record, meant)}
    now = request_of_now(record, only) if only else None
    every = (
        tuple(dict.fromkeys((*origins.values(), *([now] if now else []))))
        if only
        else asked(record, origins.values(), makers.values())
    )
    requests = tuple(one for one in every if not isinstance(one, PipelineRequest))
    anew = {name for name, one in makers.items() if one.engine == HEASOFT}
    read = tuple(one for one in wanted if one.record.name not in anew)
    searches = [_asked_again(record, one, read, origins) for one in requests]
    if searches:  # the notes are about the settings of now
        notes = why(*(record.steps[name] for name in ARCHIVE if name in record.steps))
        searches[-1] = replace(searches[-1], remarks=(*notes, *searches[-1].remarks))
    rest = tuple(one for one in wanted if one.record.name not in {**origins, **makers})
    searches += [_around(group) for group in alike(rest, lambda one: one.obs_id)]
    if not searches:
        return ()
    names = [parts(one)[-1].mission for one in requests] + [_mission(one) for one in rest]
    return (_section(searches, tuple(dict.fromkeys(names))),)


def _section(searches: list[_Search], names: tuple[str, ...]) -> Section:
    lines: list[str] = []
    for n, one in enumerate(searches):
        known = n > 0 and searches[n - 1].lines == one.lines
        lines += [*([""] if lines else []), *one.remarks, *(() if known else one.lines)]
        lines += _taken(one)
    fetched = any(one.host for one in searches)
    words = f"The master catalogue of {' and of '.join(names)} is searched around the source"
    more = (
        "; the folder of an observation comes from HEASARC's archive, unless it is here already."
        if fetched
        else "."
    )
    return Section("Find and download" if fetched else "Find", words + more, tuple(lines))


def _taken(one: _Search) -> tuple[str, ...]:
    """Choose observations by their numbers, and download those that are not here."""
    if not one.obs_ids:
        return ()
    if len(one.obs_ids) == 1:
        chosen = 'observation = observations[observations["obsid"] == obs_id]'
        lines = [f"obs_id = {text(one.obs_ids[0])}", chosen]
        name, missing = "observation", 'if not os.path.exists(f"data/{obs_id}"):'
    else:
        here = 'new = [one for one in obs_ids if not os.path.exists(f"data/{one}")]'
        every = assign("obs_ids", one.obs_ids)
        lines = [*every, here] if one.host else [*every]
        picked = "new" if one.host else "obs_ids"
        chosen = f'chosen = observations[np.isin(observations["obsid"], {picked})]'
        lines.append(chosen)
        name, missing = "chosen", "if new:"
    if not one.host:
        return tuple(lines)
    return (
        *lines,
        'os.makedirs("data", exist_ok=True)',
        missing,
        f"{STEP}links = Heasarc.locate_data({name}, catalog_name=catalog)",
        *call(
            "Heasarc.download_data",
            (Raw("links"),),
            {"host": one.host, "location": "data"},
            indent=STEP,
        ),
    )


def _asked_again(
    record: SessionRecord,
    request: FindRequest | FilesRequest | DownloadRequest,
    wanted: tuple[Observed, ...],
    origins: dict[str, DownloadRequest],
) -> _Search:
    """Give a search of the session."""
    mine = [one for one in wanted if origins.get(one.record.name) == request]
    find = parts(request)[-1]
    lines = _search(_position(record, find, mine), find.mission, _radius(find))
    remarks = (
        *_simulated(find),
        *_less(request),
        *(line for one in mine for line in _read(one)),
    )
    if isinstance(request, FindRequest):
        held = record.steps["find"].answered == request and fresh(record.steps["find"])
        obs_ids = record.steps["find"].settings.get("selected", ()) if held else ()
        return _Search(lines, obs_ids, "", remarks)
    if isinstance(request, DownloadRequest):
        host = _host(record, request.files)
        return _Search(lines, request.files.selected, host, remarks)
    return _Search(lines, request.selected, "", remarks)


def _mission(one: Observed) -> str:
    return SWIFT.name if one.is_swift else NUSTAR.name


def _around(group: tuple[Observed, ...]) -> _Search:
    """Give a search for an observation whose files came another way."""
    remarks = (line for one in group for line in _read(one))
    lines = _search(_position_of(group[0]), _mission(group[0]), ())
    return _Search(lines, (group[0].obs_id,), "heasarc", tuple(dict.fromkeys(remarks)))


def _read(one: Observed) -> tuple[str, ...]:
    events = one.record.steps["events"]
    path = events.settings.get("path", "")
    return (*why(events), *(comment(f"The session read {path}.") if path else ()))


def _search(position: tuple[str, ...], mission: str, radius: tuple[str, ...]) -> tuple[str, ...]:
    keywords = missions()[mission].archive.catalogue.keywords
    named = {"catalog": Raw("catalog"), **({"radius": Raw("radius")} if radius else {})}
    return (
        *position,
        *call(
            "Heasarc.list_catalogs", (), {"master": True, "keywords": keywords}, target="catalogs"
        ),
        'catalog = min(catalogs["name"], key=len)  # the plain one',
        *radius,
        *call("Heasarc.query_region", (Raw("position"),), named, target="observations"),
    )


def _radius(find: FindRequest) -> tuple[str, ...]:
    if find.radius_arcmin is None:
        return ("radius = Heasarc.get_default_radius(catalog)",)
    return call("Quantity", (find.radius_arcmin, "arcmin"), target="radius")


def _position(record: SessionRecord, find: FindRequest, mine: list[Observed]) -> tuple[str, ...]:
    step = record.steps.get("find")
    found = step.product if step is not None and step.answered == find else None
    given = COORDINATES.fullmatch(find.target)
    if given:
        return _typed(given)
    if find.server == "heasarc":
        return call("SkyCoord.from_name", (find.target,), target="position")
    if isinstance(found, Observations):
        return call("SkyCoord", (found.ra_deg, found.dec_deg), {"unit": "deg"}, target="position")
    if mine:
        return _position_of(mine[0])
    return call("SkyCoord.from_name", (find.target,), target="position")


def _typed(given: re.Match[str]) -> tuple[str, ...]:
    """Give a position as it was typed."""
    two, word = given["two"].replace(",", " ").split(), (given["frame"] or "icrs").lower()
    frame = FRAMES.get(word, word)
    plain = len(two) == 2 and all(re.fullmatch(r"[-+]?[\d.]+", part) for part in two)  # noqa: PLR2004
    degrees = plain or frame == "galactic"
    named: dict[str, object] = {} if frame == "icrs" else {"frame": frame}
    named["unit"] = "deg" if degrees else ("hourangle", "deg")
    return call("SkyCoord", (" ".join(two),), named, target="position")


def _position_of(one: Observed) -> tuple[str, ...]:
    pointing = one.record.pointing
    if pointing.ra_obj_deg is None or pointing.dec_obj_deg is None:
        return call("SkyCoord.from_name", (pointing.object_name,), target="position")
    at = (float(pointing.ra_obj_deg), float(pointing.dec_obj_deg))
    said = f"{pointing.object_name}: " if pointing.object_name else ""
    return (
        *comment(
            f"{said}the target's position in the event file; SkyCoord.from_name finds others."
        ),
        *call("SkyCoord", at, {"unit": "deg"}, target="position"),
    )


def _host(record: SessionRecord, request: FilesRequest) -> str:
    """Give the host that was used, where astroquery has it, else the archive's own."""
    step = record.steps.get("files")
    listed = step.product if step is not None and step.answered == request else None
    host = listed.host if isinstance(listed, Files) else request.host
    return host if host in HOSTS else "heasarc"


def _simulated(find: FindRequest) -> tuple[str, ...]:
    if find.server == "heasarc":
        return ()
    return comment(
        "The session searched the simulated archive of nuwidgets: HEASARC has none of its"
        " observations."
    )


def _less(request: Request) -> tuple[str, ...]:
    """Say where the session fetched fewer files."""
    if not isinstance(request, DownloadRequest):
        return ()
    told = request.pattern or request.preset
    if told == EVERYTHING:
        return ()
    return comment(f"The session fetched fewer files ({told}); here, whole folders come.")
