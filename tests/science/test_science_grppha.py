"""grppha's commands against what grppha wrote."""

import json

import numpy as np
import pytest

from nuwidgets.domain.grouping import Grouping
from nuwidgets.engines.embedded.grouped import grouped
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.binning_table import read_binning_table
from nuwidgets.science import grppha
from nuwidgets.science.grouping import Background
from nuwidgets.science.task_grouping import Counted, group_as
from nuwidgets.steps.grouping import as_grouping, paths_of

N = 20


def unpacked(runs):
    return np.concatenate([np.full(number, value) for value, number in runs])


def columns(n=N, quality=None, grouping=None):
    return grppha.GroupedColumns(
        np.ones(n, np.int64) if grouping is None else np.array(grouping),
        np.zeros(n, np.int64) if quality is None else np.array(quality),
        None,
    )


def after(text, counts=None, start=None, first=0, read=None):
    counts = np.full(N, 3.0) if counts is None else counts
    return grppha.apply(grppha.parse(text), counts, start or columns(), first, read)


def test_all_that_grppha_wrote(shared_reference):
    known = json.loads((shared_reference / "grouping.json").read_text())
    assert len(known["results"]) == 11
    for one in known["results"]:
        counts = np.array(known["inputs"][one["input"]]["counts"], float)
        quality = np.zeros(counts.size, np.int64)
        if one["input"].startswith("PN"):  # as its file has it
            quality[:20] = quality[3000:] = 1
        first = known["inputs"][one["input"]]["first_channel"]
        found = after(one["command"], counts, columns(counts.size, quality), first)
        np.testing.assert_array_equal(found.grouping, unpacked(one["GROUPING"]), one["command"])
        np.testing.assert_array_equal(found.quality, unpacked(one["QUALITY"]), one["command"])


def test_sets_join_bad_channels_too_and_leave_spare_ones_alone():
    found = after("bad 2-3 & group 0 8 4 12 17 3")
    marks = "".join("+" if mark == 1 else "." for mark in found.grouping)
    assert marks == "+...+...+++++..+..++"
    assert np.flatnonzero(found.quality).tolist() == [2, 3]


def test_channels_are_numbered_as_in_the_file():
    assert after("bad 1-2", first=1).quality.tolist() == [5, 5] + [0] * 18
    with pytest.raises(InputError, match="has channels 1 to 20"):
        after("bad 0-2", first=1)


def test_resets_good_and_systematics():
    start = columns(quality=[5] * N, grouping=[1, -1] * 10)
    assert after("reset all", start=start).quality.sum() == 0
    assert after("reset grouping", start=start).grouping.tolist() == [1] * N
    assert after("good 0-4", start=start).quality.tolist() == [0] * 5 + [5] * 15
    assert after("good", start=start).quality.sum() == 0
    found = after("systematics 0-9 0.02")
    assert found.sys_error.tolist() == [0.02] * 10 + [0.0] * 10
    assert after("systematics 0-9 0.02 & reset systematics").sys_error is None
    assert after("group min 20 & exit").grouping[:8].tolist() == [1] + [-1] * 6 + [1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no command"),
        ("bin 0 3 4", "no command 'bin'"),
        ("group min many", "group takes"),
        ("group 0 3", "group takes"),
        ("group 3 0 2", "group takes"),
        ("group " + "0 1 1 " * 7, "up to six times"),
        ("bad", "bad takes channels"),
        ("bad 4-2", "bad takes channels"),
        ("systematics 0-3", "systematics takes"),
        ("reset counts", "reset takes"),
    ],
)
def test_what_is_no_command_is_refused(text, why):
    with pytest.raises(InputError, match=why):
        grppha.parse(text)


def test_a_table_of_channels(tmp_path):
    table = tmp_path / "bins.dat"
    table.write_text("0 9 5\n\n10 19 10\n")
    found = after(f"group {table}", read=read_binning_table)
    assert np.flatnonzero(found.grouping == 1).tolist() == [0, 5, 10]
    with pytest.raises(InputError, match="cannot be read here"):
        after(f"group {table}")
    for text, why in (("0 9\n", "line 1"), ("9 0 2\n", "line 1"), ("", "0 lines")):
        table.write_text(text)
        with pytest.raises(FileError, match=why):
            read_binning_table(table)
    with pytest.raises(FileError, match="Cannot read the table"):
        read_binning_table(tmp_path / "none.dat")


def test_counts_above_the_background():
    counts, back = np.full(N, 5.0), np.full(N, 4.0)
    counted = Counted(counts, np.zeros(N, np.int64), Background(back, np.full(N, 0.5)))
    found = group_as("netmin", 9.0, counted)  # 3 net counts in each channel
    assert np.flatnonzero(found == 1).tolist() == [0, 3, 6, 9, 12, 15, 18]
    with pytest.raises(InputError, match="without a background"):
        group_as("netmin", 9.0, Counted(counts, np.zeros(N, np.int64)))


def test_words_of_groupings_come_back():
    for text in ("grppha bad 0-34 & group min 30", "template other.pha", "netmin 20", "min 20"):
        assert str(Grouping.parse(text)) == text
        assert Grouping.parse(str(Grouping.parse(text))) == Grouping.parse(text)
    with pytest.raises(InputError, match="'grppha' alone"):
        Grouping.parse("grppha")
    with pytest.raises(InputError, match="no command 'bin'"):
        as_grouping("grppha bin 3")
    with pytest.raises(InputError, match="Give words"):
        as_grouping(20)


def test_files_that_groupings_read(tmp_path, monkeypatch):
    (tmp_path / "other.pha").write_text("")
    monkeypatch.chdir(tmp_path)
    assert paths_of(as_grouping("template other.pha")) == (str(tmp_path / "other.pha"),)
    assert paths_of(as_grouping("grppha group bins.dat & bad 0-3")) == ("bins.dat",)
    assert paths_of(as_grouping("min 3")) == ()


def test_a_real_spectrum_like_another_file(shared_data, tmp_path):
    import shutil

    from nuwidgets.domain.spectrum import FileSpectrumRequest
    from nuwidgets.files.spectrum_set import load_spectrum

    home = shared_data / "fit_sets/chandra_3c273"
    spectrum = load_spectrum(FileSpectrumRequest(str(home / "3c273.pi")))
    template = tmp_path / "t.pha"
    shutil.copy(home / "3c273.pi", template)
    made = grouped(
        grouped(spectrum, Grouping("min", 100)), Grouping("template", text=str(template))
    )
    np.testing.assert_array_equal(made.grouping, spectrum.grouping)
    made = grouped(spectrum, Grouping("grppha", text="reset all & bad 1-10 & group min 15"))
    assert made.quality[:10].tolist() == [5] * 10
    other = shared_data / "fit_sets/exosat_s54405/s54405.pha"
    with pytest.raises(InputError, match="numbered differently"):
        grouped(spectrum, Grouping("template", text=str(other)))
