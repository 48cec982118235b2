import json

import pytest

from nuwidgets.cli import main


def describe(capsys, path):
    assert main(["open", str(path), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_the_real_event_file(shared_data, capsys):
    path = shared_data / "nustar_events" / "nu90410111001A06_cl_sunpos.evt"
    data = describe(capsys, path)
    assert data["kind"] == "events"
    assert data["n_events"] > 0
    assert data["exposure_s"] == pytest.approx(70.03, abs=0.01)
    assert (data["telescope"], data["instrument"]) == ("NuSTAR", "FPMA")
    assert "object" in data
    assert main(["open", str(path)]) == 0
    assert "events" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fit_sets/chandra_3c273/3c273.pi", "pha"),
        ("fit_sets/chandra_3c273/3c273.arf", "arf"),
        ("fit_sets/chandra_3c273/3c273.rmf", "rmf"),
        ("fit_sets/chandra_type2_3c120/3c120_pha2.gz", "pha2"),
    ],
)
def test_other_real_files(shared_data, capsys, name, kind):
    assert describe(capsys, shared_data / name)["kind"] == kind


def test_a_region_file(tmp_path, capsys):
    path = tmp_path / "a.reg"
    path.write_text('fk5\ncircle(10,20,30")\n')
    assert describe(capsys, path)["kind"] == "region"


def test_a_simulated_observation(tmp_path, capsys):
    from nuwidgets.simulation import simulate

    folder = simulate(tmp_path, exposure_s=500.0)
    assert describe(capsys, folder)["kind"] == "obsid"


@pytest.mark.parametrize("content", [b"", b"hello", b"SIMPLE  = T", None])
def test_what_is_nothing_of_ours_is_a_sentence(tmp_path, capsys, content):
    path = tmp_path / "thing.fits"
    if content is not None:
        path.write_bytes(content)
    assert main(["open", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "thing.fits" in err
