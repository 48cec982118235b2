"""What a mission's record names of other rooms, and what is said where that does not load."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.missions.base import missions
from nuwidgets.missions.targets import resolved

TARGETS = [(name, field) for name in missions() for field in ("response", "spread", "detectors")]


@pytest.mark.parametrize(("name", "field"), TARGETS)
def test_all_that_our_missions_name_is_there(name, field):
    mission = missions()[name]
    target = getattr(mission, field)
    assert not target or resolved(mission, target, field) is not None


@pytest.mark.parametrize("name", list(missions()))
def test_what_heasoft_does_for_them_is_there(name):
    heasoft = missions()[name].processing
    for target in filter(None, (heasoft.runs, heasoft.checks, heasoft.products)):
        assert resolved(missions()[name], target, "task") is not None
    assert set(heasoft.tasks) >= {missions()[name].pipeline, missions()[name].products}


@pytest.mark.parametrize("target", ["no.such.module:name", "nuwidgets.errors:NoSuch", ""])
def test_what_does_not_load_is_said(target):
    with pytest.raises(
        InputError, match=r"the point spread of Swift: .* does not load .*module:name"
    ):
        resolved(missions()["Swift"], target, "point spread")
