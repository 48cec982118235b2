import json

import pytest

from nuwidgets.cli import main
from nuwidgets.commands import demo_campaign


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Run the demo once, with the rise alone: four looks, of which two are fitted."""
    folder = tmp_path_factory.mktemp("campaign")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_campaign, "WHOLE_DAYS", (95.0, 127.0))
        assert main(["demo", "--campaign", "--out", str(folder / "out")]) == 0
    return folder / "out"


def test_it_compares_with_the_truth(done):
    data = json.loads((done / "results.json").read_text())
    assert [rate["detected"] for rate in data["rates"]] == [False, True, True, True]
    assert [round(rate["day"]) for rate in data["rates"]] == [98, 114, 123, 126]
    assert {row["parameter"] for row in data["series"]} >= {"TBabs.nH", "bbodyrad.kT"}
    assert (len(data["series"]), len(data["joint"])) == (10, 9)
    both = data["series"] + data["joint"]
    assert max(abs(row["difference_sigma"]) for row in both) < 3.3
    assert data["failed"] == {}
    assert 0.7 < data["statistic"] / data["dof"] < 1.3


def test_tables_and_figures_are_there(done):
    from astropy.table import Table

    names = {path.name for path in done.iterdir()}
    assert {"results.json", "longterm.ecsv", "series.ecsv", "joint.ecsv"} <= names
    figures = ("images", "longterm", "series", "joint", "spectra")
    assert {f"{name}.png" for name in figures} <= names
    assert len(Table.read(done / "longterm.ecsv", format="ascii.ecsv")) == 4
    series = Table.read(done / "series.ecsv", format="ascii.ecsv")
    assert set(series["name"]) == {"99000100007XRT", "99000100008XRT"}


def test_files_of_the_user_are_kept(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["demo", "--campaign", "--out", str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_what_was_found_is_laid_out():
    rate = {
        "name": "99000100001XRT", "day": 3.3, "exposure_s": 3898.0, "counts": 44,
        "limit_per_s": 0.0072, "detected": False,
    }  # fmt: skip
    bright = rate | {
        "name": "b", "rate_per_s": 0.5, "rate_lo_per_s": 0.48, "rate_hi_per_s": 0.52,
        "detected": True,
    }  # fmt: skip
    row = {
        "name": "b", "parameter": "TBabs.nH", "unit": "1e22 cm-2", "truth": 0.12, "value": 0.1,
        "difference_sigma": -2.0,
    }  # fmt: skip
    data = {
        "rates": [rate, bright], "series": [row], "joint": [], "put_aside": ("c: broken.",),
        "model": "tbabs*bremss", "statistic": 1.0, "dof": 2,
    }  # fmt: skip
    text = demo_campaign._text(data, demo_campaign.Path("out"), "approximate: so")
    for words in ("< 0.0072", "0.5000 +- 0.0200", "-2.00 sigma", "Put aside: c: broken."):
        assert words in text
    assert "one by one: 0 of 1 parameters (0 %)" in text
    assert "response is approximate: so" in text
