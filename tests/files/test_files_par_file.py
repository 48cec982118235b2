"""Parameter files: what a task takes, and what is said of the rest."""

from __future__ import annotations

import re

import pytest
from headas_standin import HERE

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.par_file import ParFile, ParParameter, read_par_file

TEXT = """# a comment, with, many, commas, in, it, indeed
too,short,h
indir,s,a,"",,,"Directory, with the input's files"
infile,f,ql,,,,Input file
instrument,s,a,FPMA,FPMA|FPMB,,"Instrument"
saacalc, i, h, 3, 1, 3, "SAA algorithm"
binsize,r,h,10.5,0.0,,"Bin size"
energy,r,h,,,20,Energy
pilow,i,h,INDEF,,,"PI"
level,i,h,2,1|2|4,,"Level"
clobber,b,h,no,,,'Overwrite?'
expr,s,h,"a,b",,,"Quoted "inside" it"
odd,fr,h,)other,,,"A readable file"
linked,i,h,)other,,,"Taken from another"
mode,s,h,"ql",,,
short,s,h,x,,
"""


@pytest.fixture
def par_file(tmp_path):
    path = tmp_path / "nutoy.par"
    path.write_text(TEXT)
    return read_par_file(path)


def test_every_line_is_a_parameter(par_file):
    assert par_file.task == "nutoy"
    assert list(par_file.by_name) == [
        "indir", "infile", "instrument", "saacalc", "binsize", "energy", "pilow", "level",
        "clobber", "expr", "odd", "linked", "mode", "short",
    ]  # fmt: skip
    defaults = {p.name: p.default for p in par_file.parameters}
    assert defaults == {
        "indir": "", "infile": "", "instrument": "FPMA", "saacalc": 3, "binsize": 10.5,
        "energy": None, "pilow": "INDEF", "level": 2, "clobber": False, "expr": "a,b",
        "odd": ")other", "linked": ")other", "mode": "ql", "short": "x",
    }  # fmt: skip


def test_names_kinds_ranges_choices_and_prompts(par_file):
    known = par_file.by_name
    assert known["saacalc"] == ParParameter("saacalc", "i", "h", 3, 1, 3, (), "SAA algorithm")
    assert known["indir"].prompt == "Directory, with the input's files"
    assert known["infile"].mode == "ql"
    assert known["instrument"].choices == ("FPMA", "FPMB")
    assert (known["binsize"].lo, known["binsize"].hi) == (0.0, None)
    assert (known["odd"].kind, known["clobber"].prompt) == ("f", "Overwrite?")
    assert known["expr"].prompt == 'Quoted "inside" it'
    assert known["short"].prompt == ""


@pytest.mark.parametrize(
    ("name", "given", "typed"),
    [
        ("saacalc", "2", 2),
        ("saacalc", 2.0, 2),
        ("binsize", 3, 3.0),
        ("binsize", "1e2", 100.0),
        ("energy", 20, 20.0),
        ("pilow", "indef", "INDEF"),
        ("clobber", True, True),
        ("clobber", "yes", True),
        ("clobber", "N", False),
        ("clobber", 1, True),
        ("instrument", "fpmb", "FPMB"),
        ("level", "4", 4),
        ("indir", 7, "7"),
        ("indir", None, "NONE"),
        ("infile", "", ""),
    ],
)
def test_values_get_their_type(par_file, name, given, typed):
    value = par_file.by_name[name].check(given)
    assert (value, type(value)) == (typed, type(typed))


@pytest.mark.parametrize(
    ("name", "given", "right"),
    [
        ("saacalc", 4, "a whole number from 1 to 3"),
        ("saacalc", 1.5, "a whole number from 1 to 3"),
        ("saacalc", True, "a whole number from 1 to 3"),
        ("saacalc", "two", "a whole number from 1 to 3"),
        ("saacalc", None, "a whole number from 1 to 3"),
        ("binsize", -1, "a number, at least 0"),
        ("binsize", float("nan"), "a number, at least 0"),
        ("energy", 21, "a number up to 20"),
        ("pilow", float("inf"), "a whole number"),
        ("clobber", "perhaps", "yes or no"),
        ("instrument", "FPMC", "one of FPMA, FPMB"),
        ("level", 3, "one of 1, 2, 4"),
    ],
)
def test_what_may_not_be_is_refused_with_what_would_be_right(par_file, name, given, right):
    words = re.escape(f"Cannot set {name!r} to {given!r}: it takes {right}.")
    with pytest.raises(InputError, match=words):
        par_file.by_name[name].check(given)


def test_all_are_checked_in_the_order_given(par_file):
    given = {"saacalc": "1", "clobber": "no", "instrument": "fpma"}
    assert par_file.check(given) == (("saacalc", 1), ("clobber", False), ("instrument", "FPMA"))
    with pytest.raises(InputError, match=r"nutoy has no parameter 'indri'\. Did you mean 'indir'"):
        par_file.check({"indri": "x"})
    assert ParFile("none", ()).check({}) == ()


def test_what_is_no_parameter_file_is_said(tmp_path):
    with pytest.raises(FileError, match=r"Cannot read the parameter file .*no\.par"):
        read_par_file(tmp_path / "no.par")
    (tmp_path / "a.par").write_text("nothing\n")
    with pytest.raises(FileError, match=r"a\.par' is no parameter file: it has no line"):
        read_par_file(tmp_path / "a.par")


@pytest.mark.parametrize("path", sorted((HERE / "syspfiles").glob("*.par")), ids=lambda p: p.stem)
def test_each_default_of_the_stand_in_is_one_that_may_be(path):
    for parameter in read_par_file(path).parameters:
        if parameter.default not in (None, ""):
            assert parameter.check(parameter.default) == parameter.default
