"""The ids by which a view knows its shapes, and those that say their place in the regions.

A view keeps an id as long as there is the shape, so that focus and handles stay where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.panels.region_codec import look_of
from nuwidgets.panels.region_stack import shape_id

if TYPE_CHECKING:
    Items = list[dict[str, Any]]


def calls_of(items: Items) -> dict[str, str]:
    """Give the ids that the shapes of a view have in the steps, by the view's own."""
    counts: dict[str, int] = {}
    calls: dict[str, str] = {}
    for item in items:
        role = item["role"]
        calls[item["id"]] = shape_id(role, counts.get(role, 0))
        counts[role] = counts.get(role, 0) + 1
    return calls


def own_of(items: Items) -> dict[str, str]:
    """Give the view's own ids of shapes, by those in the steps."""
    return {theirs: mine for mine, theirs in calls_of(items).items()}


def named_as_before(items: Items, before: Items) -> Items:
    """Give what is to be drawn the ids that it had in a view, so that the focus stays on it.

    What looks as before keeps its id wherever it is in the order; then what is of the same kind
    in the same region; what is new has its id from its place.
    """
    free: dict[Any, list[str]] = {}
    for item in before:
        free.setdefault((item["role"], look_of(item)), []).append(item["id"])
    ids: dict[int, str] = {}
    for k, item in enumerate(items):
        if same := free.get((item["role"], look_of(item))):
            ids[k] = same.pop(0)
    left: dict[Any, list[str]] = {}
    used = set(ids.values())
    for item in before:
        if item["id"] not in used:
            left.setdefault((item["role"], item["shape"]), []).append(item["id"])
    for k, item in enumerate(items):
        if k not in ids and (similar := left.get((item["role"], item["shape"]))):
            ids[k] = similar.pop(0)
    taken = set(ids.values())
    return [{**item, "id": ids.get(k) or _fresh(item, taken)} for k, item in enumerate(items)]


def _fresh(item: dict[str, Any], taken: set[str]) -> str:
    role, at = item["role"], 0
    one: str = item["id"]
    while one in taken:
        one, at = shape_id(role, at), at + 1
    taken.add(one)
    return one
