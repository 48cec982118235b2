"""A new model, or another number of data groups, keeps what was known of the parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.moved_groups import LIKE_OTHERS, led_by, place, with_new_group
from nuwidgets.science.models.parameters import alone
from nuwidgets.science.models.resolved import Resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.model import Parameter

    Pairs = list[tuple[Parameter | None, Parameter]]

KEPT = ("value", "frozen", "hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")
"""What a parameter keeps beside its link."""


def carry_over(old: tuple[Parameter, ...], fresh: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Give the parameters of a new model with what was known of an old one where they correspond.

    Parameters correspond when model, component, name and data group are the same; of several such,
    the first goes to the first. Value, freezing, limits and links are kept. A link to a parameter
    that is gone leaves its value.

    Parameters
    ----------
    old, fresh : tuple of Parameter
        Those of the old model, and the new model's with their defaults.
    """
    known: dict[tuple[str, str, str, int], list[Parameter]] = {}
    for parameter in old:
        known.setdefault(_key(parameter), []).append(parameter)
    same = [known.get(_key(parameter)) for parameter in fresh]
    pairs: Pairs = [(s.pop(0) if s else None, f) for s, f in zip(same, fresh, strict=True)]
    return _kept(old, pairs)


def regroup(
    old: tuple[Parameter, ...],
    usual: tuple[Parameter, ...],
    fresh: tuple[Parameter, ...],
    groups: Sequence[int] = (),
) -> tuple[Parameter, ...]:
    """Give the parameters of the same model for other data groups.

    Groups that stay keep theirs as they are, but for two things: a link to a group that is gone
    leaves its value (those that were tied to the same one stay tied to each other), and what
    nobody froze or thawed is frozen as in `fresh` (the constant of group 1 as soon as it
    calibrates a second group).

    Parameters
    ----------
    old : tuple of Parameter
        Those of now.
    usual, fresh : tuple of Parameter
        The model's defaults for the old and for the new data groups.
    groups : sequence of int
        For each new group which it was before, 0 for none, `LIKE_OTHERS` for one that shall be as
        the others are; empty: the first ones stay the first. Who was tied to the first group is
        tied to the first one of now.
    """
    if any(group > 0 for group in groups):
        first = next(group for group in groups if group > 0)
        old, further = led_by(old, first), [p for p in fresh if p.group == len(groups)]
        for n in [n for n, group in enumerate(groups) if group == LIKE_OTHERS]:
            old, usual = with_new_group(old, further, first), (*usual, *further)
            groups = [*groups[:n], old[-1].group, *groups[n + 1 :]]
        old = led_by(old, groups[0] or first, first)
    before = {(*place(p), p.group): (p, u) for p, u in zip(old, usual, strict=True)}
    pairs: Pairs = []
    for parameter in fresh:
        group = groups[parameter.group - 1] if groups else parameter.group
        was, default = before.get((*place(parameter), group), (None, parameter))
        if was is not None and was.frozen == default.frozen:
            was = replace(was, frozen=parameter.frozen)
        pairs.append((was, parameter))
    return _kept(old, pairs)


def _key(parameter: Parameter) -> tuple[str, str, str, int]:
    names = parameter.model, parameter.component, parameter.name
    return (*(name.lower() for name in names), parameter.group)  # type: ignore[return-value]


def _kept(old: tuple[Parameter, ...], pairs: Pairs) -> tuple[Parameter, ...]:
    """Give each new parameter what its old one was, links by their new numbers."""
    links = _Links(old, {was.number: new.number for was, new in pairs if was is not None})
    return tuple(new if was is None else links.moved(was, new) for was, new in pairs)


class _Links:
    """What becomes of links when parameters get other numbers, or go."""

    def __init__(self, old: tuple[Parameter, ...], numbers: dict[int, int]) -> None:
        resolved = Resolved(old)
        self._root = resolved.root
        self._values = resolved.full([p.value for p in old])
        self._numbers = numbers
        self._heirs: dict[int, int] = {}  # who stands for a root that is gone

    def moved(self, was: Parameter, new: Parameter) -> Parameter:
        kept = replace(new, **{n: getattr(was, n) for n in KEPT}, link=self._link(was, new.number))
        return alone(kept, self._values[was.number - 1]) if was.link and not kept.link else kept

    def _link(self, was: Parameter, number: int) -> str:
        """Give the link by its new numbers; empty where it is gone."""
        if not was.link:
            return ""
        link = parse_link(was.link)
        if self._numbers.keys() >= set(link.numbers):
            return link.renumbered(self._numbers).text
        if link.tied_to is None:
            return ""
        root = self._root[was.number - 1]
        heir = self._numbers.get(root) or self._heirs.setdefault(root, number)
        return "" if heir == number else f"p{heir}"
