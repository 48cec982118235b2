import json

import numpy as np
import pytest

from nuwidgets.cli import main
from nuwidgets.commands import fit_options
from nuwidgets.commands.fit_texts import read_groups, read_limit, read_link, read_response
from nuwidgets.domain import fit as domain_fit
from nuwidgets.domain import plot as domain_plot
from nuwidgets.errors import InputError
from nuwidgets.steps.fit_settings import ENGINES

RANGE = ("--ignore", "**-0.5 7.0-**")
START = ("--stat", "cstat", "--set", "norm=2e-4", "PhoIndex=2", "nH=0.05")
STATE = """\
statistic cstat
data 3c273.pi
ignore 1:**-0.5 7.0-**
abund wilm
model TBabs*powerlaw
0.05
2
2e-4
plot ldata
fit
"""


@pytest.fixture
def quasar(shared_data):
    return shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi"


def fit(capsys, *words):
    assert main(["fit", *map(str, words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_names_are_those_of_the_library():
    assert tuple(domain_fit.STATISTICS) == fit_options.STATISTICS
    assert tuple(domain_fit.TEST_STATISTICS) == fit_options.TEST_STATISTICS
    assert tuple(domain_fit.WEIGHTS) == fit_options.WEIGHTS
    assert tuple(domain_plot.KINDS) == fit_options.KINDS
    assert tuple(name or "none" for name in domain_plot.LOWER) == fit_options.LOWER
    assert fit_options.ENGINES == ENGINES


@pytest.mark.parametrize("stat", fit_options.STATISTICS)
def test_every_statistic(stat, quasar, capsys):
    data = fit(capsys, quasar, "--model", "tbabs*po", *RANGE, *START[2:], "--stat", stat)
    assert data["dof"] == 37
    assert data["parameters"][1]["value"] == pytest.approx(2.0, abs=0.3)


@pytest.mark.parametrize("test", fit_options.TEST_STATISTICS)
def test_every_test_statistic(test, quasar, capsys):
    words = ("--model", "tbabs*po", *RANGE, *START, "--test", test)
    data = fit(capsys, quasar, *words)
    assert np.isfinite(data["test_statistic"])
    assert data["test_name"]


def test_weights_and_systematic_errors_change_chi(quasar, capsys):
    words = (quasar, "--model", "tbabs*po", *RANGE)
    plain = fit(capsys, *words)["statistic"]
    others = [fit(capsys, *words, "--weight", one)["statistic"] for one in fit_options.WEIGHTS[1:]]
    others.append(fit(capsys, *words, "--systematic", "0.1")["statistic"])
    assert len({round(one, 3) for one in (plain, *others)}) == 5


@pytest.mark.parametrize(
    "how", ["constant 5", "min 20", "snmin 5", "bmin 2", "opt", "optmin 20", "optsnmin 6", "none"]
)
def test_every_way_of_grouping(how, quasar, capsys):
    words = ("--model", "tbabs*po", *RANGE, *START, "--group", how)
    as_in_the_file = 40
    assert fit(capsys, quasar, *words)["n_bins"] != as_in_the_file


def test_data_groups_links_and_limits(quasar, capsys):
    words = (quasar, quasar, quasar, "--model", "tbabs*po", *RANGE, "--groups", "1,1,2")
    data = fit(capsys, *words, "--untie", "PhoIndex", "norm", "--link", "2:norm = 1.1*p3")
    rows = {(p["group"], p["name"]): p for p in data["parameters"]}
    assert data["dof"] == 116  # 120 bins; nH, two indices, one norm
    assert rows[2, "norm"]["link"] == "1.1*p3"
    assert (2, "PhoIndex") in rows
    limited = fit(capsys, *words, "--limit", "PhoIndex 2.5 3", "--limit", "nH 0 0 1 1")
    assert limited["parameters"][1]["value"] == pytest.approx(2.5)


def test_the_flux_of_every_spectrum_is_told(quasar, capsys):
    words = (quasar, quasar, "--model", "tbabs*po", *RANGE, *START, "--flux", "2", "10")
    data = fit(capsys, *words, "--link", "2:norm = 2*p3")
    one, two = data["flux"]["erg_cm2_s"]
    assert data["flux_erg_cm2_s"] == one
    assert two == pytest.approx(2 * one)
    assert main(["fit", *map(str, words)]) == 0
    assert "flux of each spectrum" in capsys.readouterr().out


def test_a_second_source_with_the_same_response_adds_up(quasar, capsys, tmp_path):
    one = fit(capsys, quasar, "--model", "tbabs*po", *RANGE, *START)
    words = (quasar, "--model", "tbabs*po; 2:none_of_it po", *RANGE, *START)
    more = ("--response", "2:1 same", "--set", "none_of_it:norm=0")
    frozen = ("--freeze", "none_of_it:norm", "none_of_it:PhoIndex")
    state = tmp_path / "two.xcm"
    two = fit(capsys, *words, *more, *frozen, "--save-xcm", state)
    assert two["statistic"] == pytest.approx(one["statistic"], abs=1e-6)
    assert [p["model"] for p in two["parameters"]] == ["", "", "", "none_of_it", "none_of_it"]
    assert two["files"] == [str(state)]
    again = fit(capsys, "--xcm", state)
    assert again["statistic"] == pytest.approx(one["statistic"], abs=1e-6)
    assert again["parameters"][1]["value"] == pytest.approx(one["parameters"][1]["value"], rel=1e-5)
    assert main(["fit", *map(str, (*words, *more, *frozen))]) == 0
    assert "none_of_it:powerlaw" in capsys.readouterr().out


def test_a_state_is_the_beginning(quasar, capsys, tmp_path):
    state = tmp_path / "q.xcm"
    state.write_text(STATE)
    words = ("--xcm", state, "--xcm-folder", quasar.parent)
    data = fit(capsys, *words)
    plain = fit(capsys, quasar, "--model", "tbabs*po", *RANGE, *START)
    assert data["statistic"] == pytest.approx(plain["statistic"], abs=1e-4)
    said = data["warnings"][:2]
    assert said[0].startswith("Line 10 was left out: 'fit', for it computes")
    assert said[1].startswith("Line 9 tells XSPEC only how to work or what to show")
    frozen = fit(capsys, *words, "--set", "nH=0.3", "--freeze", "nH", "--group", "min 30")
    assert frozen["parameters"][0]["value"] == 0.3
    assert frozen["n_bins"] < data["n_bins"]
    other = fit(capsys, quasar, quasar, *words[:2], "--ignore", "**-0.5 7.0-**")
    assert other["n_bins"] == 80
    assert main(["fit", *map(str, words[:2])]) == 1
    assert "--xcm-folder" in capsys.readouterr().err
    preset = tmp_path / "preset.xcm"
    preset.write_text("model po\n")
    assert main(["fit", "--xcm", str(preset)]) == 2
    assert "names no spectra" in capsys.readouterr().err


def test_answers_beside_the_fit(quasar, capsys, tmp_path):
    words = (quasar, "--model", "tbabs*(po+ga)", *RANGE, *START[:2])
    start = (
        "--set",
        "powerlaw.norm=2e-4",
        "PhoIndex=2",
        "nH=0.05",
        "LineE=5",
        "gaussian.norm=1e-6",
    )
    frozen = ("--freeze", "LineE", "Sigma")
    asked = (
        *("--luminosity", "2", "10", "0.158", "--eqwidth", "gaussian", "--goodness", "5"),
        *("--contour", "PhoIndex delta 0.1 2", "--fakeit", "1e5", "--out", tmp_path / "fakes"),
    )
    data = fit(capsys, *words, *start, *frozen, *asked)
    assert data["luminosity"]["distance_mpc"] == pytest.approx(759.66, rel=1e-3)
    assert data["luminosity"]["erg_s"][0] == pytest.approx(3.5e43, rel=0.1)
    assert data["eqwidth"]["component"].startswith("gaussian")
    assert data["goodness"]["n"] == 5
    contours = data["contours"]
    assert contours["parameters"] == ["powerlaw.PhoIndex"]
    assert len(contours["x"]) == len(contours["rise"]) == 5
    assert min(contours["rise"]) == pytest.approx(0, abs=1e-4)
    assert data["fake"]["counts"][0] > 1000
    assert all((tmp_path / "fakes").joinpath(name).exists() for name in data["files"])
    assert main(["fit", *map(str, (*words, *start, *frozen, *asked)), "--overwrite"]) == 0
    out = capsys.readouterr().out
    for word in ("erg/s at 759", "equivalent width of gaussian", "goodness", "rise", "simulated"):
        assert word in out
    two = (*words, *start, *frozen, "--contour", "PhoIndex delta 0.1 1", "nH 0.01 0.1 2")
    assert main(["fit", *map(str, two)]) == 0
    assert "contours of powerlaw.PhoIndex and TBabs.nH: 3 x 3 points" in capsys.readouterr().out


def test_a_chain(quasar, capsys):
    pytest.importorskip("emcee")
    words = (quasar, "--model", "po", *RANGE, *START[:2], "--set", "norm=2e-4", "--chain", "20")
    chain = fit(capsys, *words)["chain"]
    assert chain["n_steps"] == 20
    assert [p["label"] for p in chain["parameters"]] == ["powerlaw.PhoIndex", "powerlaw.norm"]
    assert all(p["lo"] < p["median"] < p["hi"] for p in chain["parameters"])
    assert main(["fit", *map(str, words)]) == 0
    assert "90 % intervals" in capsys.readouterr().out


def test_what_is_written(quasar, capsys, tmp_path):
    names = {
        name: tmp_path / name for name in ("a.xcm", "t.ecsv", "t.csv", "t.tex", "p.csv", "p.png")
    }
    words = (quasar, "--model", "tbabs*po", *RANGE, *START)
    plot = ("--plot-kind", "eeufspec", "--below", "delchi", "--components")
    drawn = ("--plot", names["p.png"], "--plot-table", names["p.csv"], *plot)
    data = fit(capsys, *words, "--save-xcm", names["a.xcm"], "--table", names["t.ecsv"], *drawn)
    assert data["files"] == [str(names[name]) for name in ("p.png", "p.csv", "t.ecsv", "a.xcm")]
    assert names["p.csv"].read_text().startswith("spectrum,x,")
    assert "PhoIndex" in names["t.ecsv"].read_text()
    for name in ("t.csv", "t.tex"):
        fit(capsys, *words, "--table", names[name])
        assert "PhoIndex" in names[name].read_text()
    before = names["a.xcm"].read_text()
    for option, name in (("--save-xcm", "a.xcm"), ("--table", "t.tex"), ("--plot-table", "p.csv")):
        assert main(["fit", *map(str, (*words, option, names[name]))]) == 1
        assert "exists already" in capsys.readouterr().err
    assert names["a.xcm"].read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "po", "--table", "t.pdf"], "ends with .ecsv, .csv or .tex"),
        (["--model", "po", "--fakeit", "10"], "folder for them with --out"),
        (["--model", "po", "--response", "1:1 a.rmf"], "Give source (from 2)"),
        (["--model", "po", "--response", "a.rmf"], "Give source (from 2)"),
        (["--model", "po", "--limit", "PhoIndex 1"], "lowest and highest value"),
        (["--model", "po", "--limit", ""], "lowest and highest value"),
        (["--model", "po", "--link", "norm"], "= and what it is tied to"),
        (["--model", "po", "--contour", "PhoIndex"], "Cannot step"),
        (["--model", "po", "--systematic", "2"], "systematic"),
        (["--model", "po", "--group", "min 5", "--group", "max 5"], "Cannot group by"),
        ([], "There is no model to fit"),
    ],
)
def test_bad_texts_are_code_2_before_a_file_is_opened(words, said, capsys):
    assert main(["fit", "nowhere.pha", *words]) == 2
    assert said in capsys.readouterr().err


def test_groups_and_responses_go_with_the_spectra(quasar, capsys):
    words = ["fit", str(quasar), "--model", "po"]
    assert main([*words, "--groups", "1,1"]) == 2
    assert "Cannot use --groups '1,1' for 1 spectra" in capsys.readouterr().err
    assert main([*words, "--response", "2:3 same"]) == 2
    assert "there are 1 spectra" in capsys.readouterr().err


def test_texts():
    assert read_groups("1, 1 2", 3) == (1, 1, 2)
    with pytest.raises(InputError, match="Cannot use --groups 'a' for 1 spectra"):
        read_groups("a", 1)
    assert read_link("2:norm = 1.1*p3") == ("2:norm", "1.1*p3")
    assert read_limit("PhoIndex 1 3") == ("PhoIndex", {"hard_lo": 1, "hard_hi": 3})
    one = read_response("2:1 same")
    assert (one.source, one.spectrum, one.rmf_path, one.arf_path) == (2, 1, "same", "")
    assert read_response("3:2 /a.rmf /a.arf").arf_path == "/a.arf"


def test_an_answer_that_fails_does_not_take_the_fit_with_it(quasar, capsys):
    words = ["fit", str(quasar), "--model", "powerlaw", "--eqwidth", "gaussian"]
    assert main([*words, "--flux", "2", "10"]) == 1
    told = capsys.readouterr()
    assert "PhoIndex" in told.out
    assert "erg/cm2/s" in told.out
    assert "eqwidth: " in told.err
