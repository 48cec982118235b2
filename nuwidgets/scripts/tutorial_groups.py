"""What datasets must share to be told alike, and how their spectra are grouped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.lightcurve import beyond_tasks
from nuwidgets.scripts.matters import fresh, made
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.tutorial_regions import region_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.scripts.tutorial_data import Observed

GROUPED = ("min", "snmin", "bmin", "opt", "optmin", "optsnmin", "constant", "template")
"""Ways of grouping that ftgrouppha has."""
UNTOLD = ("netmin", "grppha")
"""Ways of grouping that it has not."""
NOT_TOLD = ("notes", "engine")
"""Settings that no task is told."""


def told(one: Observed, step: str) -> tuple[Hashable, ...]:
    """Give what datasets must share to be treated alike."""
    settings = one.record.steps[step].settings.items()
    chosen = tuple((n, v) for n, v in settings if n not in NOT_TOLD)
    background = bool(region_of(one, "background"))
    timed = one.setting("screen", "user_gti") is not None
    return (one.folder, one.events_name, background, timed, chosen)


def out_of_date(group: tuple[Observed, ...], step: str, indent: str = "") -> tuple[str, ...]:
    """Say whose product did not hold."""
    old = [one for one in group if made(s := one.record.steps[step]) and not fresh(s)]
    names = ", ".join(one.record.name for one in old)
    said = f"{names}: made anew, the session's own was out of date."
    return comment(said, indent=indent) if old else ()


def untold(one: Observed, indent: str = "") -> tuple[str, ...]:
    """Say what of a light curve no task can do, so that it is another one here."""
    names = ("region", "bins", "bands", "range_s")
    beyond = beyond_tasks(*(one.setting("lightcurve", name) for name in names))
    said = (
        f"The session's own has {' and '.join(beyond)}, which have no equivalent here: this one is"
        " of the source, in equal bins, in one band."
    )
    return comment(said, indent=indent) if beyond else ()


def grouped(one: Observed) -> bool:
    """Say whether ftgrouppha makes another file of a spectrum."""
    return bool(one.setting("spectrum", "grouping").kind in GROUPED)


def grouping_words(grouping: Grouping) -> dict[str, object]:
    """Give what ftgrouppha is told of a grouping."""
    if grouping.kind == "template":
        return {"grouptype": "file", "templatefile": grouping.text}
    scale = {"groupscale": number(grouping.scale)} if grouping.scale else {}
    return {"grouptype": grouping.kind, **scale}


def number(value: float) -> float:
    """Give a whole number without its point."""
    return int(value) if value == int(value) else value
