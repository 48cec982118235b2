"""Evaluators that are lent to one request at a time, and keep what they remember for the next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from nuwidgets.science.models.evaluate import Evaluator

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.science.models.component import Component
    from nuwidgets.science.models.expression import Expression

KEPT = 128
"""How many evaluators are kept for the next request."""

_kept: OrderedDict[Any, tuple[Floats, Evaluator]] = OrderedDict()
_lock = threading.Lock()


def key_of(
    request: FitRequest, expression: Expression, edges_kev: Floats, shapes: tuple[int, ...]
) -> Any:
    """Say what an evaluator may be shared by: model and its files, energies and tied shapes."""
    tables = request.abundance, request.cross_section, request.stamp
    return expression, *tables, id(edges_kev), shapes


def take(key: Any, request: FitRequest, expression: Expression, edges_kev: Floats) -> Evaluator:
    """Take an evaluator that nobody uses, or make a new one."""
    with _lock:
        edges, kept = _kept.pop(key, (None, None))
    if kept is not None and edges is edges_kev and _same(kept.expression, expression):
        return kept
    return Evaluator(expression, edges_kev, request.abundance, request.cross_section)


def give(lent: dict[Any, tuple[Floats, Evaluator]]) -> None:
    """Leave evaluators, with the energies they are for, to the next request."""
    with _lock:
        _kept.update(lent)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _same(one: Expression, other: Expression) -> bool:
    """Whether the components still are the same: one of a user's own may have been replaced."""
    return one is other or all(map(_same_component, one.components, other.components))


def _same_component(one: Component, other: Component) -> bool:
    is_table = one.name == other.name and "{" in one.name  # its file's stamp is in the key
    return one is other or is_table
