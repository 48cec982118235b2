"""Observations as rows of a table: what is known of each, how far it is, what could not be used."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import State
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.download import FAILED
from nuwidgets.errors import InputError
from nuwidgets.missions.base import known_mission
from nuwidgets.panels.time_axis import moment
from nuwidgets.science.time_scales import to_mjd

if TYPE_CHECKING:
    from nuwidgets.core.step import Step
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.pileup import PileUp
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.session import Session

ABSENT = "\N{EN DASH}"
COLUMNS = (
    "day", "observation", "mode", "exposure [s]", "counts", "counts/s", "file", "regions",
    "spectrum", "fit", "remarks", "date",
)  # fmt: skip
NUMBERS = ("day", "exposure [s]", "counts", "counts/s")
"""Columns that stand to the right."""
ASIDE = "put aside: "
"""Before the number of what could not be used, in the key of its row."""
NOT_DETECTED = "Not detected: the rate is an upper limit."
MAIN = ("events", "screen", "regions", "spectrum")
"""Steps whose errors are remarks: without these an observation is of no use."""
_DOTS = {State.KEPT: "fresh"}
_WORDS = {
    State.EMPTY: "not yet", State.RUNNING: "running", State.STALE: "out of date",
    State.FAILED: "failed", State.FRESH: "here", State.KEPT: "here",
}  # fmt: skip


@dataclass
class Row:
    """One observation."""

    key: str
    """Name of the dataset; of what could not be used, its number after `ASIDE`."""
    cells: dict[str, str] = field(default_factory=dict)
    """Texts by column."""
    dots: dict[str, str] = field(default_factory=dict)
    """States of cells by column."""
    remarks: list[str] = field(default_factory=list)
    """What to know of it, sentences."""
    why: str = ""
    """Why it cannot be used; empty where it can."""
    exposure_s: float = math.nan
    """Live time, s."""
    detected: bool | None = None
    """Whether the source is detected; None where that is not known."""
    pileup: PileUp | None = None
    """What to do about photons that pile up."""
    order: float = math.inf
    """When it began, MJD."""

    def texts(self) -> list[str]:
        """Give the key, then the text of each column."""
        cells = {column: self.cells.get(column) or ABSENT for column in COLUMNS}
        cells["remarks"] = self.said
        return [self.key, *cells.values()]

    @property
    def said(self) -> str:
        """The remarks, each once."""
        return " ".join(dict.fromkeys(remark for remark in self.remarks if remark))


def rows_of(session: Session) -> list[Row]:
    """Give a row for each observation, the earliest first; then those put aside.

    Parameters
    ----------
    session : Session
        Read behind its door; nothing is computed.
    """
    starts = {name: start_mjd(one) for name, one in session.datasets.items()}
    known = [start for start in starts.values() if math.isfinite(start)]
    origin = session.find.event_mjd
    zero = origin if origin is not None else min(known, default=math.nan)
    rates, fits = _rates(session), _fits(session)
    rows = []
    for name, dataset in session.datasets.items():
        row = Row(name, order=starts[name])
        _fill_when(row, dataset, zero)
        _fill_counts(row, dataset, rates.get(name))
        _fill_states(row, session, dataset)
        _fill_fit(row, session, fits.get(name))
        rows.append(row)
    rows.sort(key=lambda row: row.order if math.isfinite(row.order) else math.inf)
    return rows + _aside(session)


def start_mjd(dataset: Dataset) -> float:
    """Give when an observation began, MJD; NaN where it is not known."""
    try:
        return float(to_mjd(dataset.pointing.tstart_s, dataset.pointing))
    except InputError:
        return math.nan


def _fill_when(row: Row, dataset: Dataset, zero_mjd: float) -> None:
    pointing = dataset.pointing
    day = row.order - zero_mjd
    row.cells |= {
        "observation": dataset.name,
        "day": f"{day:.2f}" if math.isfinite(day) else "",
        "date": moment(row.order) or pointing.date_obs.replace("T", " ")[:16],
        "mode": _mode(pointing),
    }


def _mode(pointing: Pointing) -> str:
    """Give the short name of the data mode, else that of the instrument."""
    mission = known_mission(pointing.telescope)
    mode = mission.mode_of(pointing) if mission is not None else None
    names = {} if mission is None else {id(one): name for name, one in mission.modes.items()}
    return names.get(id(mode)) or pointing.mode or pointing.instrument


def _rates(session: Session) -> dict[str, dict[str, Any]]:
    """Give what the long-term light curve says of each observation, while it holds."""
    known = session.longterm.product
    if known is None or session.longterm.state not in (State.FRESH, State.RUNNING):
        return {}
    names = ("exposure_s", "counts", "rate_per_s", "limit_per_s", "detected", "why")
    columns = [getattr(known, name) for name in names]
    values = zip(known.names, *columns, strict=True)
    return {name: dict(zip(names, rest, strict=True)) for name, *rest in values}


def _fill_counts(row: Row, dataset: Dataset, rate: dict[str, Any] | None) -> None:
    """Write exposure, counts and net rate: in the long-term band, else of the whole spectrum."""
    spectrum = dataset.spectrum.product
    if rate is not None and not rate["why"]:
        row.detected, row.exposure_s = bool(rate["detected"]), float(rate["exposure_s"])
        counts, limit = rate["counts"], rate["limit_per_s"]
        net = _three(rate["rate_per_s"]) if row.detected else f"< {limit:.2g}"
        row.remarks += () if row.detected else (NOT_DETECTED,)
    elif spectrum is not None and dataset.spectrum.state is not State.FAILED:
        row.exposure_s, counts = spectrum.exposure_s, spectrum.total
        net = _three(net_per_s(spectrum))
    else:
        return
    row.cells |= {"counts": f"{counts:.0f}", "counts/s": net.replace("nan", "")}
    row.cells["exposure [s]"] = f"{row.exposure_s:,.0f}"


def _three(value: float) -> str:
    """Write a number with three digits, zeros at the end too, so that a column is even."""
    return f"{value:#.3g}".rstrip(".")


def net_per_s(spectrum: Spectrum) -> float:
    """Give the rate of a spectrum without its background, counts/s, over all channels."""
    counts, behind = spectrum.total, spectrum.background
    if behind is not None:
        size = float(spectrum.backscal.mean()) / float(behind.backscal.mean())
        counts -= behind.total * size * spectrum.exposure_s / behind.exposure_s
    return counts / spectrum.exposure_s if spectrum.exposure_s > 0 else math.nan


def _fill_states(row: Row, session: Session, dataset: Dataset) -> None:
    spectrum = dataset.spectrum
    if isinstance(dataset, EventDataset):
        _say(row, "file", dataset.events, "opened")
        own = not session.sharing.follows(dataset)
        row.cells["regions"] = "own" if own else "shared"
        row.dots["regions"] = "fresh"
        if dataset.regions.state is State.FAILED:
            row.cells["regions"], row.dots["regions"] = "failed", "failed"
    else:
        row.cells["file"], row.dots["file"] = "spectrum", "fresh"
    product = spectrum.product
    bins = _bins(product) if product is not None else ""
    _say(row, "spectrum", spectrum, bins)
    row.pileup = product.pileup if product is not None else None
    row.remarks += _remarks(row, dataset)


def _say(row: Row, column: str, step: Step[Any, Any], words: str) -> None:
    """Say a state with a dot; words of the product while it holds."""
    holds = step.state is State.FRESH and bool(words)
    row.cells[column] = words if holds else _WORDS[step.state]
    row.dots[column] = _DOTS.get(step.state, step.state.value)


def _bins(spectrum: Spectrum) -> str:
    starts, good = spectrum.grouping != -1, spectrum.quality == 0
    n_bins = int((starts & good).sum())
    return f"{spectrum.total:.0f} in {n_bins} bins"


def _remarks(row: Row, dataset: Dataset) -> list[str]:
    steps = (dataset.named_steps.get(name) for name in MAIN)
    said = [str(step.error) for step in steps if step is not None and step.error is not None]
    if row.pileup is not None:
        said.append(str(row.pileup))
    product = dataset.spectrum.product
    if product is not None and dataset.spectrum.state is State.FRESH:
        said += product.provenance.warnings
    return said


def _fits(session: Session) -> dict[str, Any]:
    """Give the fits one by one, those that are there while others are still computed."""
    step = session.series
    progress = step.progress
    partial = progress.partial if progress is not None else None
    known = partial if partial is not None else step.product
    return {point.name: point for point in known.points} if known is not None else {}


def _fill_fit(row: Row, session: Session, point: Any) -> None:
    state = session.series.state
    if row.key not in session.used:
        row.cells["fit"], row.dots["fit"] = "not ticked", "empty"
    elif point is None:
        waits = state is State.RUNNING
        row.cells["fit"], row.dots["fit"] = "waits" if waits else "not yet", "empty"
    elif point.fit is None:
        row.cells["fit"], row.dots["fit"] = "none", "failed"
        row.remarks.append(point.why)
    else:
        row.cells["fit"] = f"{point.fit.statistic:.1f} / {point.fit.dof}"
        row.dots["fit"] = "stale" if state is State.STALE else "fresh"
        row.remarks.append(point.why)


def _aside(session: Session) -> list[Row]:
    """Give rows for what was downloaded or processed in vain."""
    opened = {one.pointing.obs_id for one in session.datasets.values()}
    download = session.download.product
    found: dict[str, str] = {}
    for one in () if download is None else download.observations:
        said = [w for w in download.provenance.warnings if w.startswith(one.obs_id)]
        if one.state == FAILED:
            found[one.obs_id] = one.problem or " ".join(said)
        elif one.obs_id not in opened and said:
            found[one.obs_id] = " ".join(said)
    pipeline = session.pipeline.product
    found |= {} if pipeline is None else pipeline.failed
    return [
        Row(
            ASIDE + name,
            {"observation": name, "file": "put aside"},
            {"file": "failed"},
            [why.removeprefix(f"{name}: ")],
            why,
        )
        for name, why in found.items()
    ]
