"""The fit as code: model, what it is compared with, and parameters as they were at its start."""

from __future__ import annotations

import keyword
from itertools import chain
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.science.models import own
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.parameters import LIMITS, find
from nuwidgets.scripts.matters import choices, first_values
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.values import assign, call, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.fit import SourceResponse
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import SessionRecord, StepRecord

Parameters = tuple["Parameter", ...]
USUAL: dict[str, Any] = {
    "groups": (),
    "weight": "standard",
    "systematic": 0.0,
    "test_statistic": "chi",
    "engine": "embedded",
    "responses": (),
}
"""Settings that are written in a place or a way of their own, and their values in a new session."""
SIMPLE = ("weight", "systematic", "test_statistic", "engine")
"""Those of them that are simply set."""


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
    shown = own_lines(record, "fit", ("model", "parameters", *USUAL))
    reason = why(fit.notes.get("", ""))
    others = (*shown[len(reason) :], *_more_lines(fit))
    if not model:
        return (*reason, *others)
    numbered = first_values(record)
    groups: tuple[int, ...] = fit.settings.get("groups", ())
    n_groups = max(groups, default=max(1, len(record.used)))
    usual = Composite.parse(model).parameters(n_groups)
    if len(numbered) != len(usual):
        raise InputError(
            f"Cannot write the fit as code: {model!r} has {len(usual)} parameters for"
            f" {len(record.used)} spectra, the session {len(numbered)}. Set the model again."
        )
    return (
        *reason,
        *_setting_lines(fit, "groups"),
        *why(fit.notes.get("model", "")),
        *mine(model, "define them with nw.model before this line"),
        *assign("s.fit.model", model),
        *others,
        *why(fit.notes.get("parameters", "")),
        *parameter_lines(numbered, usual),
    )


def _more_lines(fit: StepRecord) -> tuple[str, ...]:
    """Write how the fit compares, who fits, and through what each source is seen."""
    lines = [line for name in SIMPLE for line in _setting_lines(fit, name)]
    responses: tuple[SourceResponse, ...] = fit.settings.get("responses", ())
    if responses:
        lines += why(fit.notes.get("responses", ""))
    for one in responses:
        paths = (one.rmf_path, one.arf_path) if one.arf_path else (one.rmf_path,)
        lines += call("s.fit.response", (one.spectrum, one.source, *paths))
    return tuple(lines)


def _setting_lines(fit: StepRecord, name: str) -> tuple[str, ...]:
    """Write one setting below its note, where a new session has another value."""
    value, note = fit.settings.get(name, USUAL[name]), fit.notes.get(name, "")
    if value == USUAL[name] and not note:
        return ()
    return (*why(note), *assign(f"s.fit.{name}", value))


def why(note: str) -> tuple[str, ...]:
    """Give a note as a comment; nothing for none."""
    return comment(f"why: {note}") if note else ()


def mine(model: str, words: str) -> tuple[str, ...]:
    """Name the components of a model that are the session's own, and say what is to be done."""
    names = own.names_in(model)
    return comment(f"{', '.join(names)}: of your own; {words}.") if names else ()


def parameter_lines(now: Parameters, usual: Parameters) -> tuple[str, ...]:
    """Write what makes the parameters of a new model those of now.

    Parameters
    ----------
    now, usual : tuple of Parameter
        Those wanted, and the model's defaults for as many data groups.
    """
    pairs = list(zip(now, usual, strict=True))
    names = {p.number: name_of(now, p) for p in now}
    alone = [(p, u) for p, u in pairs if not p.link]
    freed = [p for p, u in pairs if u.link and p.link != u.link]
    tied = [p for p, u in pairs if p.link and p.link != u.link]
    frozen = [names[p.number] for p, u in pairs if p.frozen and not u.frozen]
    thawed = [names[p.number] for p, u in pairs if u.frozen and not p.frozen]
    tied_to = {u.number: parse_link(u.link).tied_to for _, u in pairs if u.link}
    before = {n: now[of - 1].value for n, of in tied_to.items() if of and not now[of - 1].link}
    own = {names[p.number]: p.value for p, u in alone if not u.link and p.value != u.value}
    apart = {
        names[p.number]: p.value for p in freed if not p.link and p.value != before.get(p.number)
    }
    return (
        *chain.from_iterable(_limits(p, u, names[p.number]) for p, u in pairs),
        *_values(own),
        *_freed(now, freed, names),
        *_values(apart),
        *(call("s.fit.freeze", frozen) if frozen else ()),
        *(call("s.fit.thaw", thawed) if thawed else ()),
        *chain.from_iterable(
            call("s.fit.link", (names[p.number], _target(p.link, names))) for p in tied
        ),
    )


def _freed(now: Parameters, freed: list[Parameter], names: dict[int, str]) -> tuple[str, ...]:
    """Write what is not tied: in one line where all later groups have their own."""
    n_later = max((p.group for p in now), default=1) - 1
    places = [_place(p) for p in freed]
    of_all = {place for place in places if places.count(place) == n_later > 1}
    together = [names[p.number] for p in now if p.group == 1 and _place(p) in of_all]
    alone = [names[p.number] for p in freed if _place(p) not in of_all]
    return (
        *(call("s.fit.untie", together) if together else ()),
        *chain.from_iterable(call("s.fit.link", (name, None)) for name in alone),
    )


def _place(p: Parameter) -> tuple[str, int, str]:
    return p.model, p.component_number, p.name


def _target(link: str, names: dict[int, str]) -> str:
    """Write what a parameter is tied to: a name, or a formula of numbers."""
    number = parse_link(link).tied_to
    return link if number is None else names[number]


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
    model = f"{parameter.model}:" if parameter.model else ""
    long = f"{parameter.component}.{parameter.name}"
    plain = (group + name for name in (parameter.name, long))
    whole = (model + group + name for name in (parameter.name, long))
    for name in (*plain, *whole):
        try:
            if find(parameters, name).number == parameter.number:
                return name
        except InputError:
            continue
    return str(parameter.number)
