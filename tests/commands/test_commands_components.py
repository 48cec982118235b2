import argparse

import pytest

from nuwidgets.commands import components
from nuwidgets.errors import InputError


def asked(*words):
    parser = argparse.ArgumentParser()
    components.add_options(parser)
    return components.run(parser.parse_args(words))


def test_all_are_listed_additive_ones_first():
    answer = asked()
    kinds = [one["kind"] for one in answer.data["components"]]
    assert kinds == sorted(kinds, key=("add", "mul", "con").index)
    assert "powerlaw" in answer.text
    assert {one["kind"] for one in asked("--kind", "con").data["components"]} == {"con"}


def test_one_is_told_with_parameters_limits_and_source():
    answer = asked("nthc")
    assert answer.data["name"] == "nthComp"
    assert answer.data["source"] == "1996MNRAS.283..193Z"
    first = answer.data["parameters"][0]
    assert (first["name"], first["default"], first["hard_lo"]) == ("Gamma", 1.7, 1.001)
    for word in ("nthComp", "additive", "kT_e", "keV", "Comptonisation"):
        assert word in answer.text


def test_unknown_ones_are_refused():
    with pytest.raises(InputError, match="No component is called 'nosuch'"):
        asked("nosuch")
