"""XSPEC's list of models: every kind of line, and what is no list."""

from __future__ import annotations

import json

import pytest
from xspec_standin import HERE

from nuwidgets.errors import FileError
from nuwidgets.files.model_dat import parse_model_dat, read_model_dat
from nuwidgets.science.models.components import COMPONENTS


def test_blocks_are_read_and_broken_ones_left_out():
    found = {one.name: one for one in read_model_dat(HERE / "model.dat")}
    assert list(found) == ["powerlaw", "slimbb", "slimabs", "slimconv", "pileup"]
    assert [one.kind for one in found.values()] == ["add", "add", "mul", "con", "acn"]
    index = found["powerlaw"].parameters[0]
    assert (index.name, index.unit, index.default, index.delta) == ("PhoIndex", "", 1.0, 0.01)
    assert (index.hard_lo, index.soft_lo, index.soft_hi, index.hard_hi) == (-3.0, -2.0, 9.0, 10.0)
    assert not index.frozen


def test_scales_switches_and_periodic_parameters():
    found = {one.name: one.parameters for one in read_model_dat(HERE / "model.dat")}
    temperature, scale, switch = found["slimbb"]
    assert (temperature.unit, temperature.frozen) == ("keV", False)
    assert (scale.name, scale.unit, scale.default, scale.frozen) == ("pivotE", "keV", 2.0, True)
    assert (switch.name, switch.unit, switch.default, switch.frozen) == ("switch", "", 1.0, True)
    assert (switch.hard_lo, switch.hard_hi) == (0.0, 1.0)
    column = found["slimabs"][0]
    assert (column.default, column.soft_hi, column.delta, column.frozen) == (1.0, 1e5, 1e-3, True)
    photons = found["pileup"][1]
    assert (photons.name, photons.default, photons.frozen) == ("max_ph", 5.0, True)


def test_xspecs_own_lines_say_what_our_components_say(shared_reference):
    models = json.loads((shared_reference / "models.json").read_text())
    blocks = [
        entry["model_dat"]
        for kind in ("additive", "multiplicative", "convolution")
        for entry in models[kind].values()
        if entry.get("model_dat")
    ]
    text = "\n\n".join("\n".join([block["header"], *block["lines"]]) for block in blocks)
    found = {one.name: one for one in parse_model_dat(text)}
    assert len(found) == len({block["header"].split()[0] for block in blocks}) > 30
    compared = 0
    for name, one in found.items():
        ours = COMPONENTS.get(name)
        if ours is None:
            continue
        compared += 1
        names = [p.name for p in ours.parameters[: ours.n_shape]]
        assert [p.name for p in one.parameters] == names
        assert one.kind == ours.kind
        for theirs, p in zip(one.parameters, ours.parameters, strict=False):
            assert (theirs.default, theirs.frozen) == (p.default, p.frozen), (name, p.name)
    assert compared > 30


@pytest.mark.parametrize("text", ["", "no list\n\nof models", "x 1 0 1 f add 0\nnothing"])
def test_what_is_no_list_is_an_error(tmp_path, text):
    place = tmp_path / "model.dat"
    place.write_text(text)
    with pytest.raises(FileError, match="is no list of XSPEC's models"):
        read_model_dat(place)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileError, match=r"Cannot read XSPEC's list of models .*none"):
        read_model_dat(tmp_path / "none")
