"""A table of short texts that scrolls inside: sorted, filtered and picked by hand or by Python.

Every row has a key; what is chosen never depends on where a row stands. Python's traits are the
truth and work without a browser.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STATIC = Path(__file__).with_name("static")
MARKS = ("fresh", "running", "stale", "failed")
"""States that a row may show as a colour at its left end."""
DOTS = (*MARKS, "empty")
"""States that a cell may show as a coloured dot before its words."""
WAYS = ("up", "down")


def _script() -> str:
    parts = ("row_table_rules.js", "row_table_hands.js", "row_table.js")
    return "\n".join((STATIC / part).read_text(encoding="utf-8") for part in parts)


def plain(text: str) -> str:
    """Give a text as the filter sees it: no case, one kind of minus."""
    return text.lower().replace("\N{MINUS SIGN}", "-")


def _texts(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[list[str]]:
    texts = [list(map(str, row)) for row in rows]
    bad = [row for row in texts if len(row) != len(columns) + 1]
    if bad:
        raise InputError(
            f"Cannot show the row {bad[0]!r}: it needs a key and {len(columns)} texts,"
            f" one for each of {', '.join(columns)}."
        )
    return texts


class RowTable(anywidget.AnyWidget):
    """Rows of texts under a head that stays in sight.

    Parameters
    ----------
    **traits
        Any trait below, by name.

    Attributes
    ----------
    columns : list of str
        Names in the head.
    rows : list of list of str
        In each first the key, which is not shown, then one text for each column.
    selected : str
        Key of the row one is at; empty is none. The chosen one unless `many`.
    many : bool
        Several rows can be picked: tick boxes, Ctrl and Shift, Space.
    picked : list of str
        Keys of the rows that are picked, in the order of `rows`. Keys that are not there or are
        refused are dropped; rows that the filter hides stay picked.
    looks : bool
        With `many`: only a box ticks; a click beside it looks at the row, with Ctrl or Shift at
        several.
    looked_at : list of str
        Keys of the rows that are looked at, in the order of `rows`; any row can be.
    refused : dict
        Key -> why this row cannot be picked. It can be `selected` all the same.
    sort : list
        ``[column, "up"]``, ``[column, "down"]``, or empty for the order of `rows`. Sorting is done
        in the browser: numbers and sizes (``1.2 MB``) as numbers, ISO dates and words as text,
        what is absent last.
    align : list of str
        Columns that stand to the right, as numbers do.
    filter : str
        Words that must all be in a row, in any column, whatever their case.
    searchable : bool
        A field for the filter above the table, and how many rows pass.
    marks : dict
        Key -> one of `MARKS`, a colour at the left end; say the state in a column too.
    dots : dict
        Column -> {key -> one of `DOTS`}, a coloured dot before the text; say the state in the
        text too.
    most : int
        Not more rows are drawn; how many more there are is said.
    height : int
        At most so high, CSS pixels, without the search field.

    Raises
    ------
    InputError
        If a row has not as many texts as there are columns, and its key; if `sort`, `align`,
        `marks` or `dots` name what is not there.

    Examples
    --------
    >>> table = RowTable(columns=["when", "what"], rows=[["a", "12:00", "<Image>"]])
    >>> table.selected = "a"
    >>> table
    RowTable(1 row of when, what)

    Several rows, of which one cannot be had:

    >>> table = RowTable(columns=["obs_id"], rows=[["a", "601"], ["b", "602"]], many=True)
    >>> table.refused = {"b": "proprietary until 2027-01-01"}
    >>> table.picked = ["b", "a"]
    >>> table.picked
    ['a']
    """

    _esm = _script()
    _css = (STATIC / "row_table.css").read_text(encoding="utf-8")

    columns: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    many = traitlets.Bool(default_value=False).tag(sync=True)
    picked: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    refused: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    sort: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    align: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    filter = traitlets.Unicode().tag(sync=True)
    searchable = traitlets.Bool(default_value=False).tag(sync=True)
    marks: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    looks = traitlets.Bool(default_value=False).tag(sync=True)
    looked_at: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    dots: traitlets.Dict[str, dict[str, str]] = traitlets.Dict().tag(sync=True)
    most = traitlets.Int(1000, min=1).tag(sync=True)
    alt = traitlets.Unicode("table").tag(sync=True)
    empty = traitlets.Unicode("Nothing yet.").tag(sync=True)
    height = traitlets.Int(220, min=60).tag(sync=True)

    def fill(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        align: Sequence[str] = (),
        refused: Mapping[str, str] | None = None,
        marks: Mapping[str, str] | None = None,
        dots: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Show other rows, with other columns perhaps, in one message to the browser.

        Rows that are still there stay picked, a column that is still there stays sorted.
        """
        texts = _texts(columns, rows)
        with self.hold_sync():
            self.marks = dict(marks or {})
            self.columns = list(columns)
            self.rows = texts
            self.align = list(align)
            self.refused = dict(refused or {})
            self.dots = {name: dict(of) for name, of in (dots or {}).items()}

    def shown(self) -> list[str]:
        """Give the keys of the rows that pass the filter, in the order of `rows`."""
        words = [
            word for word in re.split("[ \t\n\N{NO-BREAK SPACE}]+", plain(self.filter)) if word
        ]
        texts = ((row[0], plain("\n".join(row[1:]))) for row in self.rows)
        return [key for key, text in texts if all(word in text for word in words)]

    @traitlets.validate("rows")
    def _check_rows(self, proposal: dict[str, Any]) -> list[list[str]]:
        return _texts(self.columns, proposal["value"])

    @traitlets.validate("picked")
    def _check_picked(self, proposal: dict[str, Any]) -> list[str]:
        wanted = set(proposal["value"]) - set(self.refused)
        keys = (str(row[0]) for row in self.rows if row)  # as given, while all is set at once
        return [key for key in keys if key in wanted]

    @traitlets.validate("looked_at")
    def _check_looked_at(self, proposal: dict[str, Any]) -> list[str]:
        wanted = set(proposal["value"])
        return [str(row[0]) for row in self.rows if row and row[0] in wanted]

    @traitlets.validate("sort")
    def _check_sort(self, proposal: dict[str, Any]) -> list[str]:
        sort: list[str] = list(proposal["value"])
        if not sort:
            return sort
        if len(sort) != 2 or sort[1] not in WAYS:  # noqa: PLR2004 - a column and a way
            raise InputError(
                f'Cannot sort by {sort!r}: give a column and "up" or "down", or [] for no order.'
            )
        self._refuse_strangers("sort by", sort[:1], self.columns)
        return sort

    @traitlets.validate("align")
    def _check_align(self, proposal: dict[str, Any]) -> list[str]:
        self._refuse_strangers("align", proposal["value"], self.columns)
        return list(proposal["value"])

    @traitlets.validate("marks")
    def _check_marks(self, proposal: dict[str, Any]) -> dict[str, str]:
        self._refuse_strangers("mark a row as", proposal["value"].values(), MARKS)
        return dict(proposal["value"])

    @traitlets.validate("dots")
    def _check_dots(self, proposal: dict[str, Any]) -> dict[str, dict[str, str]]:
        self._refuse_strangers("put dots into", proposal["value"], self.columns)
        states = [state for of in proposal["value"].values() for state in of.values()]
        self._refuse_strangers("show a dot for", states, DOTS)
        return dict(proposal["value"])

    @staticmethod
    def _refuse_strangers(what: str, names: Iterable[str], known: Sequence[str]) -> None:
        for name in names:
            if name not in known:
                raise InputError(f"Cannot {what} {name!r}. {nearest(name, known)}")

    @traitlets.observe("rows", "refused")
    def _drop_what_is_gone(self, _change: object) -> None:
        if self.selected and self.selected not in {row[0] for row in self.rows}:
            self.selected = ""
        self.picked = list(self.picked)
        self.looked_at = list(self.looked_at)

    @traitlets.observe("columns")
    def _drop_order(self, _change: object) -> None:
        if self.sort and self.sort[0] not in self.columns:
            self.sort = []
        self.align = [name for name in self.align if name in self.columns]
        self.dots = {name: of for name, of in self.dots.items() if name in self.columns}

    def __repr__(self) -> str:
        plural = "" if len(self.rows) == 1 else "s"
        return f"RowTable({len(self.rows)} row{plural} of {', '.join(self.columns)})"
