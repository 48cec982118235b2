"""Queries of the simulated archive: what is found, in what order, and what cannot be read."""

import pytest

from nuwidgets.errors import InputError
from nuwidgets.simulation.server.adql import answer
from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable

COLUMNS = (
    ArchiveColumn("name"),
    ArchiveColumn("obsid"),
    ArchiveColumn("ra", "double", "deg"),
    ArchiveColumn("dec", "double", "deg"),
    ArchiveColumn("time", "double", "d"),
    ArchiveColumn("issue_flag", "int"),
    ArchiveColumn("__row"),
)
ROWS = (
    ("Cyg X-1", "00001", 359.9, 0.0, 55000.0, 0, "1"),
    ("O'Neill", "00002", 0.1, 0.0, None, 1, "2"),
    ("cyg x-2", "30003", 0.3, 0.0, 57000.0, None, "3"),
    ("Nowhere", "30004", None, None, 54000.5, 0, "4"),
)
TABLES = {
    "obs": ArchiveTable("obs", "Observations", COLUMNS, ROWS, 12.5, ("obsid", "name")),
    "none": ArchiveTable("none", "Nothing", COLUMNS[:1], (), 3.0, ("name",)),
}


def rows_of(where):
    found = answer(f"SELECT __row FROM obs {where}", TABLES)  # noqa: S608
    return "".join(str(row[0]) for row in found.rows)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", "1234"),
        ("WHERE obsid = '00001'", "1"),
        ("where OBSID='00001'", "1"),
        ("WHERE obs.obsid IN ('00001', '30004', 'x')", "14"),
        ("WHERE obsid NOT IN ('00001')", "234"),
        ("WHERE name = 'O''Neill'", "2"),
        ("WHERE name LIKE 'Cyg%'", "1"),
        ("WHERE LOWER(name) LIKE 'cyg x-_'", "13"),
        ("WHERE UPPER(name) NOT LIKE 'CYG%'", "24"),
        ("WHERE name LIKE 'Cyg.X'", ""),
        ("WHERE time > 55000", "3"),
        ("WHERE time >= 55000 AND time < 57000", "1"),
        ("WHERE time BETWEEN 54000 AND 55000", "14"),
        ("WHERE time NOT BETWEEN 54000 AND 55000", "3"),
        ("WHERE time <> 55000", "34"),
        ("WHERE time IS NULL", "2"),
        ("WHERE time IS NOT NULL AND issue_flag IS NULL", "3"),
        ("WHERE issue_flag = '1'", "2"),
        ("WHERE issue_flag != 1 OR issue_flag IS NULL", "134"),
        ("WHERE (time > 56000 OR time < 54500) AND issue_flag = 0;", "4"),
        ("WHERE time > 56000 OR time < 54500 AND issue_flag = 0", "34"),
        ("ORDER BY time", "4132"),
        ("ORDER BY time DESC", "3142"),
        ("ORDER BY issue_flag, time ASC", "4123"),
        ("WHERE CONTAINS(POINT('ICRS',ra,dec),CIRCLE('ICRS',0.0,0.0,0.15))=1", "12"),
        ("WHERE CONTAINS(POINT('ICRS',ra,dec),CIRCLE('ICRS',0.0,1e-5,0.31))=1 AND time>0", "13"),
        ("WHERE CONTAINS(POINT('ICRS',ra,dec),BOX('ICRS',0.0,0.0,0.3,0.3))=1", "12"),
        (
            "WHERE CONTAINS(POINT('ICRS',ra,dec),POLYGON('ICRS',0,-1,0,1,0.2,1,0.2,-1)) = 1",
            "2",
        ),
    ],
)
def test_conditions_and_orders(where, found):
    assert rows_of(where) == found


def test_columns_are_given_as_asked_for():
    found = answer("SELECT TIME AS t, obs.name,\n __row FROM obs WHERE obsid='00001'", TABLES)
    assert [column.name for column in found.columns] == ["t", "name", "__row"]
    assert found.columns[0].unit == "d"
    assert found.rows == ((55000.0, "Cyg X-1", "1"),)


def test_a_star_is_all_columns():
    found = answer('SELECT *, "dec" AS again FROM "obs"', TABLES)
    assert found.columns[:-1] == COLUMNS
    assert [row[:-1] for row in found.rows] == list(ROWS)
    assert not found.is_cut


def test_the_offset_is_in_arcmin_and_null_where_there_is_no_position():
    point = "DISTANCE(POINT('ICRS',ra,dec), POINT('ICRS',0.0,0.0)) as search_offset"
    found = answer(f"SELECT name,{point} FROM obs", TABLES)  # noqa: S608
    assert (found.columns[1].name, found.columns[1].unit) == ("search_offset", "arcmin")
    assert [row[1] for row in found.rows] == [
        pytest.approx(6),
        pytest.approx(6),
        pytest.approx(18),
        None,
    ]


def test_rows_above_the_limit_are_cut_and_said():
    assert answer("SELECT * FROM obs", TABLES, most=3).is_cut
    assert len(answer("SELECT * FROM obs", TABLES, most=3).rows) == 3
    assert not answer("SELECT * FROM obs", TABLES, most=4).is_cut
    assert not answer("SELECT TOP 3 * FROM obs", TABLES, most=3).is_cut


def test_any_query_of_metainfo_gives_radii_and_usual_columns():
    found = answer("SELECT split_part(name, '.', 1) AS table FROM  metainfo WHERE 1", TABLES)
    assert [column.name for column in found.columns] == ["table", "par", "value"]
    assert ("obs", "", 12.5) in found.rows
    assert ("none", "", 3.0) in found.rows
    usual = [row for row in found.rows if row[0] == "obs" and row[1] and row[2] > 0]
    assert usual == [("obs", "obsid", 1.0), ("obs", "name", 2.0)]
    assert ("obs", "__row", 0.0) in found.rows


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT nam FROM obs", "no column 'nam'. Did you mean 'name'"),
        ("SELECT name FROM ob", "no table 'ob' to select from. Did you mean 'obs'"),
        ("SELECT name", "no table ''"),
        ("", "no table ''"),
        ("DELETE FROM obs", "at 'DELETE FROM obs': SELECT should come"),
        ("SELECT name FROM obs WHERE", "at 'its end': a name should come"),
        ("SELECT name FROM obs WHERE name", "at 'its end': IN \\( should come"),
        ("SELECT name FROM obs WHERE obsid = 1", "obsid, which is a text, with a number"),
        ("SELECT name FROM obs WHERE time = 'soon'", "time, which is a number, with 'soon'"),
        ("SELECT name FROM obs WHERE time > ", "a text in quotes should come"),
        ("SELECT name FROM obs LIMIT 3", "at 'LIMIT 3': the end should come"),
        ("SELECT TOP many name FROM obs", "a number should come"),
        ("SELECT name FROM obs WHERE name = 'open", '"\'open": no word of ADQL'),
        ("SELECT name FROM obs WHERE name ~ 'x'", "'~ 'x''|\"~ 'x'\": no word of ADQL"),
        (
            "SELECT name FROM obs WHERE CONTAINS(POINT('ICRS',ra,dec),CIRCLE('ICRS',1,2))=1",
            "no shape 'circle' of 2 numbers",
        ),
        (
            "SELECT name FROM obs WHERE CONTAINS(POINT('ICRS',ra,dec),POLYGON('ICRS',1,2,3,4,5))=1",
            "no shape 'polygon' of 5 numbers",
        ),
        (
            "SELECT name FROM obs WHERE CONTAINS(POINT('ICRS',ra,dec),CIRCLE('ICRS',1,2,3))=0",
            r"at '\) \) = 0': \) \) = 1 should come",
        ),
    ],
)
def test_what_cannot_be_answered_is_said(query, said):
    with pytest.raises(InputError, match=said):
        answer(query, TABLES)
