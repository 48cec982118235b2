import json

import numpy as np
import pytest

from nuwidgets.cli import main


def model(capsys, *words):
    assert main(["model", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_power_law_is_its_exact_integral(capsys):
    data = model(capsys, "po", "--grid", "1", "10", "9", "lin", "--set", "PhoIndex=2", "norm=3")
    edges = np.arange(1.0, 11.0)
    assert data["kind"] == "additive"
    assert data["unit"] == "photons/cm2/s"
    assert data["warnings"] == []
    np.testing.assert_allclose(data["edges_kev"], edges, rtol=1e-14)
    np.testing.assert_allclose(data["values"], 3 * -np.diff(1 / edges), rtol=1e-12)


def test_parameters_go_by_number_or_name_and_set_may_be_repeated(capsys):
    words = ["tbabs*po", "--grid", "0.3", "10", "50", "log"]
    by_name = model(capsys, *words, "--set", "PhoIndex=1.8", "--set", "nH=0.5")
    by_number = model(capsys, *words, "--set", "2=1.8", "1=0.5")
    assert by_name == by_number
    assert [p["value"] for p in by_name["parameters"]] == [0.5, 1.8, 1.0]


def test_factors_say_that_they_are_factors(capsys):
    data = model(capsys, "tbabs", "--grid", "1", "2", "4", "lin", "--set", "nH=0")
    assert data["kind"] == "multiplicative"
    np.testing.assert_allclose(data["values"], 1.0)


def test_abundances_and_cross_sections_matter(capsys):
    words = ["phabs*po", "--grid", "0.5", "2", "3", "log"]
    wilm = model(capsys, *words)["values"]
    assert model(capsys, *words, "--abund", "angr")["values"] != wilm
    assert model(capsys, *words, "--xsect", "bcmc")["values"] != wilm


def test_a_table_has_a_line_per_bin(capsys):
    assert main(["model", "po", "--grid", "1", "2", "4", "lin"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["lo_kev", "hi_kev", "photons/cm2/s"]
    assert len(lines) == 5


@pytest.mark.parametrize(
    "grid", ["2 1 3 lin", "0 1 3 log", "1 2 0 lin", "1 2 3 cubic", "a 2 3 lin", "1 inf 3 lin"]
)
def test_bad_grids(grid, capsys):
    assert main(["model", "po", "--grid", *grid.split()]) == 2
    assert f"Cannot use '{grid}' as a grid" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["pow*pow"],
        ["po", "--set", "PhoIndx=2"],
        ["po", "--set", "PhoIndex"],
        ["po", "--set", "PhoIndex=99"],
        ["po", "--set", "9=2"],
        ["tbabs*po", "--abund", "nobody"],
        ["tbabs*po", "--xsect", "nobody"],
    ],
)
def test_bad_values_are_code_2(words, capsys):
    assert main(["model", *words, "--grid", "1", "2", "3", "log"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("nuwidgets model: ")


def test_parameters_are_listed_with_their_limits(capsys):
    data = model(capsys, "tbabs*po; 2:bkg po", "--parameters", "--set", "nH=0.5")
    assert data["expression"] == "TBabs*powerlaw; 2:bkg powerlaw"
    assert [(p["number"], p["model"], p["name"]) for p in data["parameters"]] == [
        (1, "", "nH"),
        (2, "", "PhoIndex"),
        (3, "", "norm"),
        (4, "bkg", "PhoIndex"),
        (5, "bkg", "norm"),
    ]
    assert data["parameters"][0]["value"] == 0.5
    assert (data["parameters"][1]["hard_lo"], data["parameters"][1]["hard_hi"]) == (-3, 10)
    assert main(["model", "po", "--parameters"]) == 0
    assert "hard_hi" in capsys.readouterr().out


def test_components_are_listed_by_kind(capsys):
    every = model(capsys, "--list")["components"]
    factors = model(capsys, "--list", "mul")["components"]
    assert {one["kind"] for one in factors} == {"mul"}
    assert len(factors) < len(every)
    assert "TBabs" in [one["name"] for one in factors]
    assert all(one["source"] for one in every if one["family"] != "other components")


def test_what_is_missing_is_said(capsys):
    assert main(["model"]) == 2
    assert "Give an expression" in capsys.readouterr().err
    assert main(["model", "po"]) == 2
    assert "Give --grid" in capsys.readouterr().err
