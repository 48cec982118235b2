"""What a mission's record names is what is used for its events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nuwidgets.engines.embedded import of_mission
from nuwidgets.engines.embedded.of_mission import spread_of
from nuwidgets.errors import InputError
from nuwidgets.missions.swift import SWIFT
from nuwidgets.science import psf_models


def test_the_spread_is_that_of_the_record(monkeypatch):
    assert spread_of("SWIFT") is psf_models.SWIFT
    assert spread_of("NuSTAR") is psf_models.NUSTAR
    other = replace(SWIFT, name="Toy", spread="nuwidgets.science.psf_models:NUSTAR")
    monkeypatch.setattr(of_mission, "known_mission", lambda _: other)
    assert spread_of("TOY") is psf_models.NUSTAR


def test_a_telescope_without_one_is_refused():
    with pytest.raises(InputError, match="spreads a point source"):
        spread_of("Chandra")
