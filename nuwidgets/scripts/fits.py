"""The fit as code: model, what it is compared with, and parameters as they were at its start."""

from __future__ import annotations

import keyword
from itertools import chain
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parameters import LIMITS, find
from nuwidgets.scripts.matters import choices, first_values
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.values import assign, call, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import SessionRecord

Parameters = tuple["Parameter", ...]


def own_lines(record: SessionRecord, name: str, skip: Iterable[str] = ()) -> tuple[str, ...]:
    """Write the settings of a step of the session, each below the notes about it."""
    step = record.steps[name]
    lines = [*why(step.notes.get("", ""))]
    for key, value in choices(step).items():
        if key not in skip:
            lines += why(step.notes.get(key, ""))
            lines += assign(f"s.{name}.{key}", setting(value, key))
    return tuple(lines)


def fit_lines(record: SessionRecord) -> tuple[str, ...]:
    """Write all settings of the fit."""
    fit = record.steps["fit"]
    model: str = fit.settings.get("model", "")
    shown = own_lines(record, "fit", ("model", "parameters"))
    own = shown[len(why(fit.notes.get("", ""))) :]
    if not model:
        return shown
    numbered = first_values(record)
    usual = Expression.parse(model).parameters(max(1, len(record.used)))
    if len(numbered) != len(usual):
        raise InputError(
            f"Cannot write the fit as code: {model!r} has {len(usual)} parameters for"
            f" {len(record.used)} spectra, the session {len(numbered)}. Set the model again."
        )
    return (
        *why(fit.notes.get("", "")),
        *why(fit.notes.get("model", "")),
        *assign("s.fit.model", model),
        *own,
        *why(fit.notes.get("parameters", "")),
        *parameter_lines(numbered, usual),
    )


def why(note: str) -> tuple[str, ...]:
    """Give a note as a comment; nothing for none."""
    return comment(f"why: {note}") if note else ()


def parameter_lines(now: Parameters, usual: Parameters) -> tuple[str, ...]:
    """Write what makes the parameters of a new model those of now.

    Parameters
    ----------
    now, usual : tuple of Parameter
        Those wanted, and the model's defaults for as many data groups.
    """
    pairs = list(zip(now, usual, strict=True))
    names = {p.number: name_of(now, p) for p in now}
    alone = [(p, u) for p, u in pairs if p.link is None]
    freed = [p for p, u in pairs if u.link is not None and p.link != u.link]
    tied = [p for p, u in pairs if p.link is not None and p.link != u.link]
    frozen = [names[p.number] for p, u in alone if p.frozen and not u.frozen]
    thawed = [names[p.number] for p, u in alone if u.frozen and not p.frozen]
    valued = {names[p.number]: p.value for p, u in alone if p.value != u.value or p in freed}
    return (
        *chain.from_iterable(_limits(p, u, names[p.number]) for p, u in pairs),
        *chain.from_iterable(call("s.fit.link", (names[p.number], None)) for p in freed),
        *_values(valued),
        *(call("s.fit.freeze", frozen) if frozen else ()),
        *(call("s.fit.thaw", thawed) if thawed else ()),
        *chain.from_iterable(
            call("s.fit.link", (names[p.number], names[p.link])) for p in tied if p.link
        ),
    )


def _limits(parameter: Parameter, usual: Parameter, name: str) -> tuple[str, ...]:
    changed = {
        n: getattr(parameter, n) for n in LIMITS if getattr(parameter, n) != getattr(usual, n)
    }
    return call("s.fit.limit", (name,), changed) if changed else ()


def _values(valued: dict[str, float]) -> tuple[str, ...]:
    """Write values: as keywords where the names allow it."""
    if not valued:
        return ()
    named = {n: v for n, v in valued.items() if n.isidentifier() and not keyword.iskeyword(n)}
    texts = [f"{n}={v!r}" for n, v in valued.items() if n not in named]
    return call("s.fit.set", texts, named)


def name_of(parameters: Parameters, parameter: Parameter) -> str:
    """Give the shortest name that means this parameter alone, else its number.

    Parameters
    ----------
    parameters : tuple of Parameter
        All of them.
    parameter : Parameter
        The one to be named.
    """
    group = f"{parameter.group}:" if parameter.group > 1 else ""
    long = f"{parameter.component}.{parameter.name}"
    for name in (parameter.name, long):
        try:
            if find(parameters, group + name).number == parameter.number:
                return group + name
        except InputError:
            continue
    return str(parameter.number)
