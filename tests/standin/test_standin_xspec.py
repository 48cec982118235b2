"""The stand-in for PyXspec does what PyXspec was seen to do, its awkward ways above all."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from xspec_standin import make_xspec, xspec_environ


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with two spectra and what belongs to them."""
    folder = tmp_path_factory.mktemp("work")
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.syspath_prepend(str(Path(__file__).parents[1] / "engines"))
        from xspec_toys import write_toy

    write_toy(folder, "a", 1)
    write_toy(folder, "b", 2)
    return folder


@pytest.fixture(scope="module")
def headas(tmp_path_factory):
    return make_xspec(tmp_path_factory.mktemp("xspec"))


@pytest.fixture
def run(home, headas):
    """Run some lines of Python with PyXspec in the folder of the spectra."""

    def ran(code, *, cwd=home, fault="", timeout_s=60.0, prompting=False):
        head = "import xspec\nfrom xspec import *\n"
        head += "" if prompting else "Xset.allowPrompting = False\n"
        return subprocess.run(
            [sys.executable, "-c", head + textwrap.dedent(code)],
            cwd=cwd,
            env=xspec_environ(headas, fault),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return ran


def said(done):
    """Give what Python printed, line by line; what "C++" printed is left out."""
    assert done.returncode == 0, done.stderr
    return [line[3:] for line in done.stdout.splitlines() if line.startswith(">> ")]


SAY = "def say(*x): print('>>', *x, flush=True)\n"


def test_companions_are_looked_for_in_the_working_folder(run, home, tmp_path):
    code = (
        SAY
        + f"""
s = Spectrum({str(home / "a.pha")!r})
try:
    s.response
except Exception as error:
    say(type(error).__name__, error)
try:
    s.background
except Exception as error:
    say(error)
"""
    )
    done = run(code, cwd=tmp_path)
    assert said(done) == [
        "Exception Error: No response is assigned to source 1 for spectrum 1",
        "Error: Spectrum has no background.",
    ]
    assert "Error: cannot read response file a.rmf" in done.stderr
    here = run(SAY + "s = Spectrum('a.pha'); say(s.response.rmf, s.background.fileName)")
    assert said(here) == ["a.rmf a.bak"]


def test_a_missing_spectrum_is_silent_for_alldata_and_odd_for_spectrum(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha")
AllData("1:1 missing.pha")
say(AllData.nSpectra, AllData(1).fileName)
try:
    Spectrum("missing.pha")
except ValueError as error:
    say(error)
"""
    )
    done = run(code)
    assert said(done) == ["1 a.pha", "PyCapsule_New called with null pointer"]
    assert done.stderr.count("cannot read spectrum file missing.pha") == 2


def test_prompting_asks_for_ever(run):
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        run('AllData("1:1 missing.pha")', prompting=True, timeout_s=4.0)
    assert caught.value.stdout.count(b"New filename") > 100


def test_printing_goes_past_sys_stdout(run):
    code = """
    import contextlib, io
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        AllData("1:1 a.pha")
    print(">>", repr(caught.getvalue()))
    """
    done = run(code)
    assert said(done) == ["''"]
    assert "Spectral Data File: a.pha" in done.stdout


def test_unknown_attributes_and_values_are_refused(run):
    code = (
        SAY
        + """
for code in ("Fit.statMehtod = 'chi'", "Fit.statMethod = 'chii'", "Xset.abund = 'wilms'",
             "Fit.weight = 'x'", "Plot.xAxis = 'parsec'", "AllData(1)", "Model('powerlow')",
             "Model('')", "AllModels(1)", "Fit.perform()", "Fit.covariance"):
    try:
        exec(code)
    except Exception as error:
        say(type(error).__name__, str(error).splitlines()[0])
"""
    )
    assert said(run(code)) == [
        "Exception ***Error: Attribute statMehtod does not exist in class FitManager",
        "Exception Error executing command: method",
        "Exception Error executing command: xset",
        "Exception Error executing command: weight",
        "Exception Error: Invalid units string",
        "Exception Error: Spectrum index number is out of range: 1",
        "Exception Model Command Error",
        "Exception Error: Model definition string is required.",
        "Exception Error: Model is not currently loaded in XSPEC.",
        "Exception Error executing command: fit",
        "Exception Error executing xset/tclout command.",
    ]


def test_values_outside_of_the_hard_limits_are_printed_and_not_taken(run):
    code = (
        SAY
        + """
m = Model("phabs*powerlaw")
m(1).values = -5
say(m(1).values[0], m.phabs.nH.values[0])
m.powerlaw.PhoIndex = "2.5,,1,1,3,3"
m(2).values = "1.7,0.1,1,1,3,3"
say(m(2).values)
m(2).frozen = True
say(m(2).values[1] < 0, m(2).frozen)
"""
    )
    done = run(code)
    assert said(done)[0] == "1.0 1.0"
    assert "is outside hard range 0 - 1e+06" in done.stderr
    assert said(done)[1:] == ["[1.7, 0.017, 1.0, 1.0, 3.0, 3.0]", "True True"]


def test_links_take_whole_numbers_for_parameters_and_copies_follow(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha 2:2 b.pha")
m = Model("powerlaw")
two = AllModels(2)
say(AllData.nGroups, two.startParIndex, two(1).link)
m(2).link = "2.5*1"
say(m(2).link)
m(2).link = "p9"
say(m(2).link)
m(1).values = 2.0
say(two(1).values[0], m(2).values[0])
two(1).untie()
m(1).values = 3.0
say(two(1).link == "", two(1).values[0], two(1).frozen)
m(2).values = 0.5
say(repr(m(2).link))
"""
    )
    assert said(run(code)) == [
        "2 3 = p1", "= 2.5*p1", "= 2.5*p1", "2.0 5.0", "True 2.0 False", "''",
    ]  # fmt: skip


def test_errors_need_a_fit_and_a_decimal_point(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha")
m = Model("powerlaw", setPars=(1.6, 0.02))
try:
    Fit.error("1.0 1")
except Exception as error:
    say(error)
Fit.perform()
say(m(1).error, m(1).sigma > 0)
Fit.error("maximum 100. 1.0 1")
lo, hi, letters = m(1).error
Fit.error("maximum 100. 1 2")
say(lo < m(1).values[0] < hi, letters, m(1).error == (lo, hi, letters))
Fit.error("maximum 100. 4.0 1")
say(m(1).error[1] - m(1).error[0] > 1.8 * (hi - lo))
m(2).frozen = True
try:
    Fit.error("1.0 2")
except Exception as error:
    say(error)
"""
    )
    assert said(run(code)) == [
        "Error executing command: error",
        "(0.0, 0.0, 'FFFFFFFFF') True",
        "True FFFFFFFFF True",
        "True",
        "Error executing command: error",
    ]


def test_ranges_ignore_what_overlaps_and_bad_is_for_alldata(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha 2:2 b.pha")
AllData.ignore("1:**-3. 2:1-10")
say(len(AllData(1).noticed), len(AllData(2).noticed), AllData(2).ignored[-1])
AllData(1).ignore("bad")
AllData(1).notice("2.5-3.0")
AllData.ignore("1-2:nonsense 90-**")
say(len(AllData(1).noticed), len(AllData(2).noticed))
"""
    )
    done = run(code)
    assert said(done) == ["80 90 10", "75 79"]
    assert "Invalid ignore/notice string bad" in done.stderr
    assert "Invalid ignore/notice string 1-2:nonsense" in done.stderr


def test_ignoring_all_channels_beside_a_model_crashes(run):
    done = run('AllData("1:1 a.pha"); Model("powerlaw"); AllData.ignore("**-**")')
    assert done.returncode == -11
    assert run('AllData("1:1 a.pha"); AllData.ignore("**-**"); Model("powerlaw")').returncode == 0


def test_held_handles_grow_stale(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha")
s, m = AllData(1), Model("powerlaw")
p = m(1)
say(m is AllModels(1))
Model("bbody")
AllData.clear()
for code in ("p.values", "s.noticed"):
    try:
        eval(code)
    except Exception as error:
        say(str(error).splitlines()[0])
say(s.fileName, m.expression)
"""
    )
    assert said(run(code)) == [
        "False",
        "Error: Python Model object reference no longer corresponds to",
        "Error: Unable to locate Spectrum object.",
        "a.pha powerlaw",
    ]


def test_a_second_source_has_a_response_of_its_own(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha 2:2 b.pha")
AllData(2).multiresponse[1] = "a.rmf"
AllData(2).multiresponse[1].arf = "a.arf"
Model("powerlaw")
Model("powerlaw", "bkg", 2)
say(AllModels.sources)
try:
    AllModels(3, "bkg")
except Exception as error:
    say(error)
AllModels(2, "bkg")(1).link = "p1"
say(AllModels(2, "bkg")(1).link, AllModels(2, "bkg").startParIndex)
"""
    )
    assert said(run(code)) == [
        "{1: '', 2: 'bkg'}",
        "Error: No model object exists for bkg, data group 3",
        "= p1 3",
    ]


def test_state_is_saved_and_restored(run, home):
    code = (
        SAY
        + """
AllData("1:1 a.pha")
Model("phabs*powerlaw")
Xset.save("kept.xcm")
AllModels.clear(); AllData.clear()
Xset.restore("kept.xcm")
say(AllData.nSpectra, AllModels(1).expression)
for name in ("kept.xcm", "none.xcm"):
    try:
        (Xset.save if name == "kept.xcm" else Xset.restore)(name)
    except (FileNotFoundError, Exception) as error:
        say(type(error).__name__)
"""
    )
    done = run(code)
    (home / "kept.xcm").unlink()
    assert said(done) == ["1 phabs*powerlaw", "Exception", "FileNotFoundError"]


def test_plots_are_fetched_after_the_call_only(run):
    code = (
        SAY
        + """
AllData("1:1 a.pha")
Model("powerlaw", setPars=(1.7, 0.02))
Plot.xAxis = "keV"
for code in ("Plot.x()", "Plot('nonsense')", "Plot.backgroundVals()"):
    try:
        eval(code)
    except Exception as error:
        say(repr(str(error)))
Plot("data")
say(len(Plot.x()), len(Plot.yErr()), len(Plot.model()), Plot.xErr()[0] > 0)
"""
    )
    assert said(run(code)) == [
        "'Error: Unable to retrieve requested plot array'",
        "''",
        "'Error: Unable to retrieve requested plot array'",
        "100 100 100 True",
    ]
