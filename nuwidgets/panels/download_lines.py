"""How each observation of a download fares, one line for each: state, bar, files, bytes, rate."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.archive.on_disk import OnDisk
from nuwidgets.domain.archive_file import in_units
from nuwidgets.domain.download import DONE, FAILED, HERE
from nuwidgets.panels.download_wanted import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.download import Fetched
    from nuwidgets.domain.progress import Part
    from nuwidgets.panels.download_wanted import Wanted

WAITING, RUNNING, BEGUN = "waiting", "running", "begun"
_KINDS = {
    WAITING: "empty", RUNNING: "running", BEGUN: "stale", DONE: "fresh", HERE: "fresh",
    FAILED: "failed",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What is shown of one observation."""

    name: str
    """Number of the observation."""
    state: str
    """A word of `_KINDS`."""
    fraction: float | None = None
    """Part that is here, 0 to 1; None when nobody can say."""
    says: str = ""
    """How far it is, or what went wrong."""


def moving(parts: Iterable[Part]) -> tuple[Line, ...]:
    """Give lines while files are coming."""
    return tuple(Line(part.name, part.state, part.fraction, part.says) for part in parts)


def ended(observations: Iterable[Fetched], chosen: Wanted) -> tuple[Line, ...]:
    """Give lines of a download that has ended."""
    sizes = {one.obs_id: one.size_bytes for one in chosen.observations}
    return tuple(_ended(one, sizes.get(one.obs_id, 0)) for one in observations)


def _ended(one: Fetched, wanted_bytes: int) -> Line:
    counted = f"{_files(one.n_files)} · {in_units(one.size_bytes)}"
    if one.state != FAILED:
        return Line(one.obs_id, one.state, 1.0, f"{counted} · {short(one.folder)}")
    here = f" {counted} are here." if one.n_files else ""
    fraction = min(1.0, one.size_bytes / wanted_bytes) if wanted_bytes else 0.0
    return Line(one.obs_id, FAILED, fraction, one.problem + here)


def resting(chosen: Wanted, disk: OnDisk | None) -> tuple[Line, ...]:
    """Give lines by what is on the disk; none where nothing is and all could be listed."""
    lines = []
    for one in chosen.observations:
        here = (disk or OnDisk()).found(one)
        n_here, size_bytes = here.n_files, here.size_bytes
        fraction = min(1.0, size_bytes / one.size_bytes) if one.size_bytes else 0.0
        if one.problem:
            lines.append(Line(one.obs_id, FAILED, 0.0, one.problem))
        elif one.files and n_here == len(one.files):
            lines.append(Line(one.obs_id, HERE, 1.0, f"{_files(n_here)} · {in_units(size_bytes)}"))
        else:
            files = f"{n_here} of {_files(len(one.files))}"
            says = f"{files} · {in_units(size_bytes)} of {in_units(one.size_bytes)}"
            lines.append(Line(one.obs_id, BEGUN if size_bytes else WAITING, fraction, says))
    return tuple(lines) if any(line.state != WAITING for line in lines) else ()


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


def lines_html(lines: Iterable[Line]) -> str:
    """Give lines as a browser draws them; what hosts say is text, never markup."""
    return "".join(_line_html(line) for line in lines)


def _line_html(line: Line) -> str:
    name, kind = html.escape(line.name), _KINDS.get(line.state, "empty")
    dot = "○" if line.state == WAITING else "●"
    state = f'<span class="nuw-state nuw-{kind}">{dot} {html.escape(line.state)}</span>'
    percent = 100.0 * (line.fraction or 0.0)
    bar = (
        f'<span class="nuw-track" role="progressbar" aria-label="{name}" aria-valuemin="0"'
        f' aria-valuemax="100" aria-valuenow="{percent:.0f}">'
        f'<span class="nuw-done nuw-{kind}" style="width:{percent:.1f}%"></span></span>'
    )
    says = f'<span class="nuw-says">{html.escape(line.says)}</span>'
    return f'<div class="nuw-fare">{state}<span class="nuw-obs">{name}</span>{bar}{says}</div>'
