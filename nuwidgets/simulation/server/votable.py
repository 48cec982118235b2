"""The archive's answers as XML: rows (VOTable), the list of catalogues, what it can (VOSI)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable, Cell

VOTABLE_TYPE = "application/x-votable+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_VOTABLE = '<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
_TABLES = (
    'xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0"'
    ' xmlns:vod="http://www.ivoa.net/xml/VODataService/v1.1"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_CAPABILITIES = (
    'xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0"'
    ' xmlns:vod="http://www.ivoa.net/xml/VODataService/v1.1"'
    ' xmlns:tr="http://www.ivoa.net/xml/TAPRegExt/v1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, escaped or not."""


def votable(
    columns: Sequence[ArchiveColumn], rows: Iterable[Sequence[Cell]], *, is_cut: bool = False
) -> str:
    """Give rows as a VOTable.

    Parameters
    ----------
    columns : sequence of ArchiveColumn
        What the rows hold.
    rows : iterable
        Rows of cells, in the order of the columns; None is null.
    is_cut : bool
        Whether there were more rows than these; said at the end, as the standard (DALI) has it.
    """
    rows = list(rows)
    fields = "\n".join(_field(column, [row[i] for row in rows]) for i, column in enumerate(columns))
    lines = "\n".join(f"<TR>{''.join(_cell(value) for value in row)}</TR>" for row in rows)
    return (
        f'{_HEAD}{_VOTABLE}\n<RESOURCE type="results">\n{_status("OK")}\n<TABLE>\n{fields}\n'
        f"<DATA><TABLEDATA>\n{lines}\n</TABLEDATA></DATA>\n</TABLE>\n"
        f"{_status('OVERFLOW') if is_cut else ''}</RESOURCE>\n</VOTABLE>\n"
    )


def error_votable(message: str) -> str:
    """Give an error as a VOTable."""
    return (
        f'{_HEAD}{_VOTABLE}\n<RESOURCE type="results">\n{_status("ERROR", message)}\n'
        "</RESOURCE>\n</VOTABLE>\n"
    )


def tableset(tables: Iterable[ArchiveTable]) -> str:
    """Give the list of all catalogues with their columns (VOSI)."""
    inner = "\n".join(f"<table>\n{_table(table)}\n</table>" for table in tables)
    return (
        f"{_HEAD}<vosi:tableset {_TABLES}>\n<schema>\n<name>default</name>\n{inner}\n"
        "</schema>\n</vosi:tableset>\n"
    )


def one_table(table: ArchiveTable) -> str:
    """Give one catalogue with its columns (VOSI)."""
    return f"{_HEAD}<vosi:table {_TABLES}>\n{_table(table)}\n</vosi:table>\n"


def capabilities(tap_url: str, most_rows: int) -> str:
    """Say what the service for queries can do (VOSI, TAPRegExt)."""
    return f"""{_HEAD}<vosi:capabilities {_CAPABILITIES}>
<capability standardID="ivo://ivoa.net/std/TAP" xsi:type="tr:TableAccess">
<interface role="std" xsi:type="vod:ParamHTTP">
<accessURL use="base">{_text(tap_url)}</accessURL>
</interface>
<language><name>ADQL</name><version ivo-id="ivo://ivoa.net/std/ADQL#v2.0">2.0</version></language>
<outputFormat><mime>{VOTABLE_TYPE}</mime></outputFormat>
<outputLimit>
<default unit="row">{most_rows}</default>
<hard unit="row">{most_rows}</hard>
</outputLimit>
</capability>
</vosi:capabilities>
"""


def _text(value: str) -> str:
    """Escape a text; what XML cannot hold becomes a question mark."""
    return escape(_NO_XML.sub("?", value))


def _attribute(name: str, value: str) -> str:
    return f" {name}={quoteattr(_NO_XML.sub('?', value))}" if value else ""


def _status(value: str, message: str = "") -> str:
    return f'<INFO name="QUERY_STATUS" value="{value}">{_text(message)}</INFO>'


def _cell(value: Cell) -> str:
    if value is None:
        return "<TD/>"
    return f"<TD>{_text(value) if isinstance(value, str) else repr(value)}</TD>"


def _field(column: ArchiveColumn, values: list[Cell]) -> str:
    """Describe a column; one with texts outside of ASCII has the type that allows them."""
    is_plain = column.datatype != "char" or all(str(value).isascii() for value in values)
    return (
        f"<FIELD{_attribute('name', column.name)}"
        f"{_attribute('datatype', column.datatype if is_plain else 'unicodeChar')}"
        f"{_attribute('arraysize', '*' if column.datatype == 'char' else '')}"
        f"{_attribute('unit', column.unit)}>"
        f"<DESCRIPTION>{_text(column.description)}</DESCRIPTION></FIELD>"
    )


def _table(table: ArchiveTable) -> str:
    columns = "\n".join(_column(column) for column in table.columns)
    return (
        f"<name>{_text(table.name)}</name>\n"
        f"<description>{_text(table.description)}</description>\n{columns}"
    )


def _column(column: ArchiveColumn) -> str:
    unit = f"<unit>{_text(column.unit)}</unit>" if column.unit else ""
    size = _attribute("arraysize", "*" if column.datatype == "char" else "")
    return (
        f"<column><name>{_text(column.name)}</name>"
        f"<description>{_text(column.description)}</description>{unit}"
        f'<dataType xsi:type="vod:VOTableType"{size}>{column.datatype}</dataType></column>'
    )
