"""A new model keeps what the old one knew of the parameters they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter


def carry_over(old: tuple[Parameter, ...], fresh: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Give the parameters of a new model with the values of an old one where they correspond.

    Parameters correspond when component, name and data group are the same; of several such, the
    first goes to the first. Value, freezing and limits are kept, and links are those of the new
    model: a link by number may mean another parameter there.

    Parameters
    ----------
    old, fresh : tuple of Parameter
        Those of the old model, and the new model's with their defaults.
    """
    known: dict[tuple[str, str, int], list[Parameter]] = {}
    for parameter in old:
        known.setdefault(_key(parameter), []).append(parameter)
    kept = []
    for parameter in fresh:
        same = known.get(_key(parameter))
        kept.append(_like(parameter, same.pop(0)) if same else parameter)
    return tuple(kept)


def _key(parameter: Parameter) -> tuple[str, str, int]:
    return parameter.component.lower(), parameter.name.lower(), parameter.group


def _like(fresh: Parameter, old: Parameter) -> Parameter:
    if fresh.link is not None:
        return fresh
    names = ("value", "frozen", "hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")
    return replace(fresh, **{name: getattr(old, name) for name in names})
