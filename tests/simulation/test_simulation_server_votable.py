"""The archive's XML, read back by astropy and pyvo: escaped, typed, null where null."""

import io

import pytest
from astropy.io.votable import parse
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable
from nuwidgets.simulation.server.votable import (
    capabilities,
    error_votable,
    one_table,
    tableset,
    votable,
)

NASTY = "<a href='x'>\"A\" & B]]></a>"
COLUMNS = (
    ArchiveColumn("name", description=NASTY),
    ArchiveColumn("ra", "double", "deg"),
    ArchiveColumn("flag", "int"),
    ArchiveColumn("size", "long", "byte"),
)


def read(text):
    return parse(io.BytesIO(text.encode()))


def table_of(text):
    return read(text).get_first_table()


def test_cells_come_back_with_their_types():
    rows = [(NASTY, 359.123456789012, 1, 2**40), ("", -1e-300, -5, 0)]
    table = table_of(votable(COLUMNS, rows))
    assert [tuple(row) for row in table.array.filled().tolist()] == rows
    assert table.fields[0].description == NASTY
    assert [str(field.unit or "") for field in table.fields] == ["", "deg", "", "byte"]


def test_null_is_masked_and_an_empty_text():
    array = table_of(votable(COLUMNS, [(None, None, None, None)])).array
    assert array["name"][0] == ""
    assert [bool(array.mask[0][i]) for i in (1, 2, 3)] == [True, True, True]


def test_what_looks_like_a_number_stays_a_text():
    assert table_of(votable(COLUMNS[:1], [("00012345678",)])).array["name"][0] == "00012345678"


@given(st.text())
def test_any_text_makes_xml_that_can_be_read(text):
    given_back = table_of(votable(COLUMNS[:1], [(text,)])).array["name"][0]
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if all(c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") for c in plain):
        assert given_back.strip() == plain.strip()
    else:
        assert "?" in given_back


def test_no_rows_are_a_table_of_none():
    assert len(table_of(votable(COLUMNS, [])).array) == 0


def statuses(text):
    infos = read(text).resources[0].infos
    return [(info.value, info.content or "") for info in infos if info.name == "QUERY_STATUS"]


def test_the_status_is_said_first_and_a_cut_last():
    assert statuses(votable(COLUMNS, [])) == [("OK", "")]
    assert statuses(votable(COLUMNS, [], is_cut=True)) == [("OK", ""), ("OVERFLOW", "")]
    assert statuses(error_votable(NASTY)) == [("ERROR", NASTY)]


TABLE = ArchiveTable("obs", NASTY, COLUMNS, (), 1.0, ("name",))


@pytest.mark.parametrize("text", [tableset([TABLE]), one_table(TABLE)])
def test_tables_are_told_to_pyvo(text):
    from pyvo.io import vosi

    found = vosi.parse_tables(io.BytesIO(text.encode()).read).get_first_table()
    assert (found.name, found.description) == ("obs", NASTY)
    assert [column.name for column in found.columns] == ["name", "ra", "flag", "size"]
    assert found.columns[0].description == NASTY
    assert [column.unit for column in found.columns] == [None, "deg", None, "byte"]
    assert [column.datatype.content for column in found.columns] == [
        "char",
        "double",
        "int",
        "long",
    ]


def test_capabilities_are_told_to_pyvo():
    from pyvo.io import vosi

    text = capabilities("http://127.0.0.1:1/tap?a&b", 500)
    (found,) = vosi.parse_capabilities(io.BytesIO(text.encode()).read)
    assert found.standardid == "ivo://ivoa.net/std/TAP"
    assert found.outputlimit.hard.content == 500
    assert found.interfaces[0].accessurls[0].content == "http://127.0.0.1:1/tap?a&b"
