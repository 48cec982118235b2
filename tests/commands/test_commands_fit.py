import json
import shutil

import pytest

from nuwidgets.cli import main
from nuwidgets.errors import InputError

CASES = {
    "3c273_tbabs_pow_chi_standard": (
        "chandra_3c273/3c273.pi",
        "--ignore",
        "**-0.5 7.0-**",
        "--flux",
        "2",
        "10",
    ),
    "exosat_walkthrough_45bins": (
        "exosat_s54405/s54405.pha",
        *("--ignore", "bad", "--ignore", "15.0-**", "--abund", "angr", "--flux", "2", "10"),
    ),
    "ngc7793pn_tbabs_pow_cstat": (
        "xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits",
        *("--stat", "cstat", "--ignore", "bad", "--ignore", "**-0.3 10.0-**"),
        *("--flux", "0.5", "10"),
    ),
    "ngc7793pn_tbabs_bbbrems_chi": (
        "xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits",
        *("--ignore", "bad", "--ignore", "**-0.3 10.0-**", "--flux", "0.5", "10"),
        *("--set", "nH=0.1", "2=1.5", "3=3e-6", "4=2", "5=2e-4"),
    ),
}


def fit(capsys, *words):
    assert main(["fit", *map(str, words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def quasar(shared_data):
    return shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi"


@pytest.fixture
def reference(shared_reference):
    fits = json.loads((shared_reference / "fits.json").read_text())["fits"]
    return {one["label"]: one for one in fits}


@pytest.mark.parametrize("label", CASES)
def test_best_fits_are_those_of_xspec(label, reference, shared_data, capsys):
    truth = reference[label]
    file, *words = CASES[label]
    model = ["--model", truth["expression"], "--errors", "2.706"]
    data = fit(capsys, shared_data / "fit_sets" / file, *model, *words)
    best = truth["best"]
    assert data["converged"] is True
    assert (data["dof"], data["n_bins"]) == (best["dof"], truth["n_bins"])
    near = 0.03 if "TBabs" in truth["expression"] else 1e-3  # the grains of TBabs are fitted
    assert data["statistic"] == pytest.approx(best["statistic"], abs=near)
    assert data["flux_erg_cm2_s"] == pytest.approx(truth["fluxes"][0]["flux"][0], rel=2e-3)
    assert data["flux_photons_cm2_s"] == pytest.approx(truth["fluxes"][0]["flux"][3], rel=2e-3)
    for mine, theirs in zip(data["parameters"], best["params"], strict=True):
        names = mine["component"], mine["name"], mine["unit"], mine["frozen"]
        assert names == tuple(theirs[key] for key in ("component", "name", "unit", "frozen"))
        assert mine["value"] == pytest.approx(theirs["value"], abs=0.02 * theirs["sigma"])
        lo, hi, flags = truth["errors"]["2.706"][str(mine["number"])]["error"]
        assert (mine["lo"], mine["hi"]) == pytest.approx((lo, hi), abs=0.03 * (hi - lo))
        assert mine["flags"] == flags


def test_a_table_for_people(quasar, capsys):
    words = ["fit", str(quasar), "--model", "tbabs*po", "--ignore", "**-0.5 7.0-**"]
    assert main([*words, "--errors", "1.0", "--flux", "2", "10"]) == 0
    out = capsys.readouterr().out
    for word in ("PhoIndex", "10^22", "flags", "flux 2-10 keV", "erg/cm2/s", "37 (40 bins)"):
        assert word in out


def test_frozen_parameters_stay_and_have_no_interval(quasar, capsys):
    words = ["--model", "tbabs*po", "--ignore", "**-0.5 7.0-**", "--errors", "2.706"]
    data = fit(capsys, quasar, *words, "--set", "PhoIndex=2.1", "--freeze", "nH", "2")
    nh, index, norm = data["parameters"]
    assert (nh["value"], nh["frozen"], nh["sigma"], nh["lo"], nh["flags"]) == (1, True) + (
        None,
    ) * 3
    assert (index["value"], index["frozen"]) == (2.1, True)
    assert norm["lo"] < norm["value"] < norm["hi"]
    assert data["dof"] == 39
    thawed = fit(capsys, quasar, *words[:4], "--freeze", "nH", "--thaw", "1")
    assert thawed["dof"] == 37


def test_joint_fits_list_what_is_not_linked(quasar, capsys):
    words = ["--model", "constant*tbabs*po", "--ignore", "**-0.5 7.0-**"]
    data = fit(capsys, quasar, quasar, *words)
    rows = [(p["number"], p["group"], p["name"]) for p in data["parameters"]]
    assert rows == [
        (1, 1, "factor"),
        (2, 1, "nH"),
        (3, 1, "PhoIndex"),
        (4, 1, "norm"),
        (5, 2, "factor"),
    ]
    assert data["parameters"][-1]["value"] == pytest.approx(1.0, abs=1e-3)
    assert (data["n_bins"], data["dof"]) == (80, 76)  # the first factor is frozen
    assert len(data["statistics"]) == 2


def test_grouping_and_files_may_be_chosen(quasar, capsys):
    words = ["--model", "tbabs*po", "--ignore", "**-0.5 7.0-**", "--background", "none"]
    whole = fit(capsys, quasar, *words, "--group", "none", "--stat", "cstat")
    assert whole["n_bins"] > 400
    beside = [quasar.with_suffix(".rmf"), "--arf", quasar.with_suffix(".arf")]
    assert fit(capsys, quasar, *words, "--rmf", *beside, "--group", "min 30")["n_bins"] < 40


def test_files_after_an_option_of_several_values_are_files(quasar, capsys):
    words = ["--model", "po", "--ignore", "**-0.5 7.0-**", "--set", "PhoIndex=2"]
    assert fit(capsys, *words, quasar)["n_bins"] == 40


def test_a_plot_is_drawn_once(quasar, tmp_path, capsys):
    plot = tmp_path / "fit.png"
    words = ["--model", "tbabs*po", "--ignore", "**-0.5 7.0-**", "--plot", plot]
    fit(capsys, quasar, *words)
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert main(["fit", str(quasar), *map(str, words)]) == 1
    assert "exists already" in capsys.readouterr().err
    fit(capsys, quasar, *words, "--overwrite")


@pytest.mark.parametrize(
    "words",
    [
        ["--model", "pow*pow"],
        ["--model", "po", "--group", "min"],
        ["--model", "po", "--group", "some 3"],
        ["--model", "po", "--ignore", "x-y"],
        ["--model", "po", "--errors", "-1"],
        ["--model", "po", "--errors", "nan"],
        ["--model", "po", "--flux", "10", "2"],
        ["--model", "po", "--rmf", "a", "--rmf", "b"],
    ],
)
def test_bad_values_are_code_2_before_a_file_is_opened(words, capsys):
    assert main(["fit", "nowhere.pha", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("nuwidgets fit: ")


@pytest.mark.parametrize("words", [["--set", "Gamma=2"], ["--freeze", "9"], ["--abund", "nobody"]])
def test_parameters_that_do_not_exist_are_code_2(words, quasar, capsys):
    assert main(["fit", str(quasar), "--model", "tbabs*po", *words]) == 2
    assert capsys.readouterr().err.startswith("nuwidgets fit: ")


def test_files_that_fail_are_code_1(tmp_path, quasar, capsys):
    assert main(["fit", str(tmp_path / "no.pha"), "--model", "po"]) == 1
    assert "no.pha" in capsys.readouterr().err
    broken = tmp_path / "broken.pha"
    broken.write_bytes(b"SIMPLE  = nonsense")
    assert main(["fit", str(broken), "--model", "po"]) == 1
    assert "broken.pha" in capsys.readouterr().err
    lonely = tmp_path / "lonely.pi"
    shutil.copyfile(quasar, lonely)
    assert main(["fit", str(lonely), "--model", "po"]) == 1
    err = capsys.readouterr().err
    assert "it has no response" in err
    assert "3c273.rmf" in err
    assert "--rmf" in err


def test_without_spectra_there_is_nothing_to_fit(capsys):
    assert main(["fit", "--model", "po"]) == 2
    assert "There is nothing to fit" in capsys.readouterr().err


def test_one_file_for_all_or_one_for_each():
    from nuwidgets.commands.fit_setup import one_each

    assert one_each("rmf", [], 2) == ["", ""]
    assert one_each("rmf", ["a"], 2) == ["a", "a"]
    assert one_each("rmf", ["a", "b"], 2) == ["a", "b"]
    with pytest.raises(InputError, match="Cannot share 2 --rmf among 3 spectra"):
        one_each("rmf", ["a", "b"], 3)
