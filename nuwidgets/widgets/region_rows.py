"""Shapes in their order, in groups: chosen, dragged to another place, left out, deleted.

Every row has a key. Python's traits are the truth; `ask` does what a hand does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

STATIC = Path(__file__).with_name("static")
ACTIONS = ("into", "bring", "step", "turn", "delete")
_ROW = {"key": str, "group": str, "kind": str, "text": str, "exclude": bool}
_GROUP = {"key": str, "colour": str, "dashed": bool}


class RegionRows(anywidget.AnyWidget):
    """Rows in groups; the last row of a group counts most.

    Attributes
    ----------
    groups : list of dict
        Of each group its ``key``, which is its name, ``colour`` (CSS) and ``dashed``.
    rows : list of dict
        Of each row its ``key``, ``group``, ``kind`` (a word), ``text``, and ``exclude``. Rows of
        a group stand together in the order in which they count.
    chosen : list of str
        Keys of the rows that are chosen; those that are not there are dropped.
    into : str
        Key of the group that new shapes come into.
    how : dict
        Action -> the Python that does the same, for tooltips.
    height : int
        CSS pixels; what is longer scrolls.
    act : callable
        Called as ``act(action, content)``: ``"into"`` with a ``group``, ``"bring"`` with ``ids``,
        ``group`` and ``at`` (the place among its rows as they are), ``"step"`` with ``ids`` and
        ``by`` (1 later, -1 earlier), ``"turn"`` and ``"delete"`` with ``ids``.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.

    Raises
    ------
    InputError
        If a row or a group lacks something.

    Examples
    --------
    >>> rows = RegionRows(groups=[{"key": "source", "colour": "green", "dashed": False}])
    >>> rows.rows = [row("source-0", "source", "circle", "60 px")]
    >>> asked = []
    >>> rows.act = lambda action, content: asked.append((action, content["ids"]))
    >>> rows.ask("turn", ids=["source-0"])
    >>> asked
    [('turn', ['source-0'])]
    >>> rows
    RegionRows(1 row in 1 group)
    """

    _esm = (STATIC / "region_rows.js").read_text(encoding="utf-8")
    _css = (STATIC / "region_rows.css").read_text(encoding="utf-8")

    groups: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    rows: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    chosen: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(
        sync=True, echo_update=False
    )
    into = traitlets.Unicode().tag(sync=True)
    how: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    alt = traitlets.Unicode("shapes in their order").tag(sync=True)
    height = traitlets.Int(172, min=60).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self.act: Callable[[str, dict[str, Any]], object] = _nothing
        self.hear: Callable[..., object] = _at_once
        super().__init__(**traits)
        self.on_msg(lambda _rows, content, _buffers: self.hear(self._asked, content))

    def ask(self, action: str, **content: Any) -> None:
        """Do what a hand does.

        Raises
        ------
        InputError
            If there is no such action.
        """
        self.hear(self._asked, {"act": action, **content})

    def _asked(self, content: dict[str, Any]) -> None:
        action = str(content.get("act"))
        if action not in ACTIONS:
            raise InputError(f"A row cannot do {action!r}. {nearest(action, ACTIONS)}")
        keys = {row["key"] for row in self.rows}
        ids = [str(one) for one in content.get("ids", ()) if one in keys]
        group = str(content.get("group", ""))
        if ids or action == "into":  # else they went while the hand was on its way
            whole = {"at": 0, "by": 1, **content, "ids": ids, "group": group}
            if not group or group in {one["key"] for one in self.groups}:
                self.act(action, whole)

    @traitlets.validate("rows")
    def _check_rows(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return [_whole(row, _ROW, "row") for row in proposal["value"]]

    @traitlets.validate("groups")
    def _check_groups(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return [_whole(group, _GROUP, "group") for group in proposal["value"]]

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal: dict[str, Any]) -> list[str]:
        keys = {row.get("key") for row in self.rows}
        return [one for one in proposal["value"] if one in keys]

    def __repr__(self) -> str:
        counts = (
            f"{len(many)} {word}{'' if len(many) == 1 else 's'}"
            for many, word in ((self.rows, "row"), (self.groups, "group"))
        )
        return f"RegionRows({' in '.join(counts)})"


def row(key: str, group: str, kind: str, text: str, *, exclude: bool = False) -> dict[str, Any]:
    """Give a row of `RegionRows`."""
    return {"key": key, "group": group, "kind": kind, "text": text, "exclude": exclude}


def _whole(one: dict[str, Any], fields: dict[str, type], what: str) -> dict[str, Any]:
    if any(not isinstance(one.get(name), kind) for name, kind in fields.items()):
        raise InputError(
            f"Cannot show the {what} {one!r}: it needs {', '.join(fields)}. Give all of them."
        )
    return one


def _nothing(_action: str, _content: dict[str, Any]) -> None:
    pass


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)
