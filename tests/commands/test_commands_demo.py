import json

import pytest

from nuwidgets.cli import main
from nuwidgets.commands import demo


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Run the demo once, in folders of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUWIDGETS_CACHE", str(folder / "cache"))
        assert main(["demo", "--out", str(folder / "out")]) == 0
    return folder


def test_the_best_fit_is_near_the_truth(done):
    data = json.loads((done / "out" / "results.json").read_text())
    free = [p for p in data["parameters"] if p["difference_sigma"] is not None]
    assert {p["name"] for p in free} == {"nH", "PhoIndex", "HighECut", "norm", "factor"}
    assert max(abs(p["difference_sigma"]) for p in free) < 3
    assert 0.7 < data["statistic"] / data["dof"] < 1.3
    assert data["seconds"] < 180
    for flux in data["fluxes"]:
        assert flux["erg_cm2_s"] == pytest.approx(flux["truth"], rel=0.05)


def test_figures_and_products_are_there(done):
    names = {path.name for path in (done / "out").iterdir()}
    figures = {"image_A.png", "image_B.png", "lightcurve.png", "spectrum.png"}
    products = {f"nu99901110002{m}01{e}" for m in "AB" for e in ("_sr.pha", "_net.lc", "_sr.rmf")}
    assert figures | products | {"results.json"} <= names


def test_it_says_what_was_found_and_what_is_next(done, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(done / "cache"))
    assert main(["demo", "--out", str(done / "out")]) == 0  # its own folder is used again
    out, err = capsys.readouterr()
    for word in ("PhoIndex", "sigma", "simulated", "nuwidgets lab", "approximate", "flux 2-10 keV"):
        assert word in out
    assert "100 %" in err
    assert len([line for line in err.splitlines() if line.startswith("[")]) == demo.N_STAGES


def test_files_of_the_user_are_kept(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["demo", "--out", str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
