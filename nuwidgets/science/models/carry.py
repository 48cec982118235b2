"""A new model keeps what the old one knew of the parameters they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.science.models.parameters import untie

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


def regroup(
    old: tuple[Parameter, ...], usual: tuple[Parameter, ...], fresh: tuple[Parameter, ...]
) -> tuple[Parameter, ...]:
    """Give the parameters of the same model for another number of data groups.

    Groups that stay keep theirs as they are, but for two things: a link to a group that is gone is
    untied and leaves its value, and what nobody froze or thawed is frozen as in `fresh` (the
    constant of group 1 as soon as it calibrates a second group).

    Parameters
    ----------
    old : tuple of Parameter
        Those of now.
    usual, fresh : tuple of Parameter
        The model's defaults for the old and for the new number of groups.
    """
    left = tuple(p.number for p in old[: len(fresh)] if p.link and p.link > len(fresh))
    kept = untie(old, *left)[: len(fresh)]
    return (
        tuple(
            replace(p, frozen=f.frozen) if p.frozen == u.frozen else p
            for p, u, f in zip(kept, usual, fresh, strict=False)
        )
        + fresh[len(kept) :]
    )


def _key(parameter: Parameter) -> tuple[str, str, int]:
    return parameter.component.lower(), parameter.name.lower(), parameter.group


def _like(fresh: Parameter, old: Parameter) -> Parameter:
    if fresh.link is not None:
        return fresh
    names = ("value", "frozen", "hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")
    return replace(fresh, **{name: getattr(old, name) for name in names})
