"""Answer the queries (ADQL) that clients send to the archive: one table, conditions, an order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.simulation.server.conditions import read_condition, read_point
from nuwidgets.simulation.server.sky import separation_deg
from nuwidgets.simulation.server.tables import ArchiveColumn
from nuwidgets.simulation.server.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nuwidgets.simulation.server.conditions import Row
    from nuwidgets.simulation.server.tables import ArchiveTable, Cell

    Chosen = tuple[ArchiveColumn, Callable[[Row], Cell]]
    """A column of the answer and how its cell is taken from a row of the table."""

MOST_ROWS = 100_000
"""Rows that one answer holds at most."""
_META = re.compile(r"\bfrom\s+metainfo\b", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """The rows that a query found."""

    columns: tuple[ArchiveColumn, ...]
    """What they hold."""
    rows: tuple[tuple[Cell, ...], ...]
    """The cells, in the order of the columns."""
    is_cut: bool = False
    """Whether there were more rows than could be given."""


def answer(query: str, tables: Mapping[str, ArchiveTable], most: int = MOST_ROWS) -> Answer:
    """Answer one query.

    Parameters
    ----------
    query : str
        ``SELECT [TOP n] columns FROM table [WHERE conditions] [ORDER BY columns]``, or any query
        of ``metainfo``, which is answered with all that clients ask of it.
    tables : mapping
        The catalogues by name.
    most : int
        Rows that are given at most.

    Raises
    ------
    InputError
        If the query cannot be read, or names what is not there.
    """
    found = _meta(tables) if _META.search(query) else _found(query, tables)
    return Answer(found.columns, found.rows[:most], len(found.rows) > most)


def _meta(tables: Mapping[str, ArchiveTable]) -> Answer:
    """Give the default radii (par empty) and the places of the usual columns (0: not usual)."""
    rows: list[tuple[str, str, float]] = []
    for table in tables.values():
        rows.append((table.name, "", table.default_radius_arcmin))
        places = {name: 1.0 + i for i, name in enumerate(table.default_columns)}
        rows += [(table.name, c.name, places.get(c.name, 0.0)) for c in table.columns]
    columns = (ArchiveColumn("table"), ArchiveColumn("par"), ArchiveColumn("value", "double"))
    return Answer(columns, tuple(sorted(rows, key=itemgetter(2))))


def _found(query: str, tables: Mapping[str, ArchiveTable]) -> Answer:
    """Read a query of one catalogue from its first word to its last; give what it finds."""
    words = Words(query)
    name = words.after("FROM")
    if name not in tables:
        raise InputError(f"There is no table {name!r} to select from. {nearest(name, tables)}")
    table = tables[name]
    words.look_up(table)
    words.expect("SELECT")
    top = int(words.number()) if words.took("TOP") else None
    chosen = _read_chosen(words)
    words.expect("FROM")
    words.name()
    condition = read_condition(words) if words.took("WHERE") else None
    order = _read_order(words)
    words.end()
    rows = [dict(zip(words.columns, row, strict=True)) for row in table.rows]
    rows = [row for row in rows if condition is None or condition(row)]
    for column, is_falling in reversed(order):
        rows.sort(key=_null_last(column, is_falling=is_falling), reverse=is_falling)
    cells = (tuple(give(row) for _, give in chosen) for row in rows[:top])
    return Answer(tuple(column for column, _ in chosen), tuple(cells))


def _read_chosen(words: Words) -> list[Chosen]:
    """Read what is selected."""
    chosen: list[Chosen] = []
    while True:
        if words.took("*"):
            chosen += [(column, itemgetter(name)) for name, column in words.columns.items()]
        elif words.took("DISTANCE", "("):
            chosen.append(_read_distance(words))
        else:
            column = words.column()
            chosen.append((_renamed(words, column), itemgetter(column.name)))
        if not words.took(","):
            return chosen


def _read_distance(words: Words) -> Chosen:
    """Read the rest of a distance between two points; arcmin, as the archive gives it."""
    one = read_point(words)
    words.expect(",")
    other = read_point(words)
    words.expect(")")

    def give(row: Row) -> Cell:
        here, there = one(row), other(row)
        return None if here is None or there is None else 60 * separation_deg(here, there)

    return _renamed(words, ArchiveColumn("distance", "double", "arcmin", "Distance")), give


def _renamed(words: Words, column: ArchiveColumn) -> ArchiveColumn:
    return replace(column, name=words.name()) if words.took("AS") else column


def _read_order(words: Words) -> list[tuple[str, bool]]:
    """Read the columns that the rows are sorted by, and whether falling."""
    order: list[tuple[str, bool]] = []
    if not words.took("ORDER", "BY"):
        return order
    while True:
        name = words.column().name
        order.append((name, words.took("DESC")))
        words.took("ASC")
        if not words.took(","):
            return order


def _null_last(column: str, *, is_falling: bool) -> Callable[[Row], tuple[bool, Cell]]:
    """Sort what is null behind all else, however it is sorted."""
    return lambda row: (
        (row[column] is None) != is_falling,
        "" if row[column] is None else row[column],
    )
