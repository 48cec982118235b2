"""Read a query word by word: names, texts, numbers and signs, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable

_WORD = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r'|(?P<name>"[^"]+"|[A-Za-z_][\w.]*)'
    r"|(?P<sign><=|>=|<>|!=|[=<>(),*;])"
)
_BLANK = re.compile(r"\s*")


class Words:
    """The words of one query and how far they are read.

    Parameters
    ----------
    query : str
        The whole query.

    Raises
    ------
    InputError
        If something in it is no word of ADQL.
    """

    def __init__(self, query: str) -> None:
        self._words = list(_split(query))
        self._at = 0
        self.columns: dict[str, ArchiveColumn] = {}
        """Columns that a name can mean, once the table is known."""

    @property
    def kind(self) -> str:
        """Kind of the next word: text, number, name, sign; "end" after the last."""
        return self._words[self._at][0]

    def look_up(self, table: ArchiveTable) -> None:
        """Let names mean the columns of a table."""
        self.columns = {column.name: column for column in table.columns}

    def after(self, word: str) -> str:
        """Give the name that follows the first such word, anywhere; empty if there is none."""
        for (kind, value), (kind_after, name) in zip(self._words, self._words[1:], strict=False):
            if kind == "name" and value.upper() == word and kind_after == "name":
                return _plain(name)
        return ""

    def took(self, *words: str) -> bool:
        """Pass over these words if they come next; say whether they did."""
        ahead = self._words[self._at : self._at + len(words)]
        if [value.upper() for kind, value in ahead if kind != "text"] != list(words):
            return False
        self._at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Pass over these words; they have to come next."""
        if not self.took(*words):
            raise self.error(" ".join(words))

    def name(self) -> str:
        """Pass over a name and give it, lower case, without what stands before its dot."""
        return _plain(self._take("name", "a name"))

    def number(self) -> float:
        """Pass over a number and give it."""
        return float(self._take("number", "a number"))

    def text(self) -> str:
        """Pass over a text in quotes and give it."""
        return self._take("text", "a text in quotes")[1:-1].replace("''", "'")

    def column(self) -> ArchiveColumn:
        """Pass over a name and give the column it means."""
        name = self.name()
        if name not in self.columns:
            raise InputError(f"There is no column {name!r}. {nearest(name, self.columns)}")
        return self.columns[name]

    def end(self) -> None:
        """Make sure that nothing is left to read."""
        self.took(";")
        if self.kind != "end":
            raise self.error("the end")

    def error(self, wanted: str) -> InputError:
        """Give the error that says what stands here and what should."""
        rest = " ".join(value for _, value in self._words[self._at : self._at + 4]).strip()
        return InputError(f"Cannot read the query at {rest or 'its end'!r}: {wanted} should come.")

    def _take(self, kind: str, wanted: str) -> str:
        if self.kind != kind:
            raise self.error(wanted)
        self._at += 1
        return self._words[self._at - 1][1]


def _split(query: str) -> Iterator[tuple[str, str]]:
    """Give kind and characters of each word; the last is "end"."""
    at = _BLANK.match(query).end()  # type: ignore[union-attr]
    while at < len(query):
        found = _WORD.match(query, at)
        if found is None:
            raise InputError(f"Cannot read the query at {query[at : at + 20]!r}: no word of ADQL.")
        yield found.lastgroup or "", found.group()
        at = _BLANK.match(query, found.end()).end()  # type: ignore[union-attr]
    yield "end", ""


def _plain(name: str) -> str:
    return name.replace('"', "").rpartition(".")[2].lower()
