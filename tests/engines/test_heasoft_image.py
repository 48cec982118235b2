"""Images that HEASoft's tasks count: in bands, smoothed and over exposure, as the embedded ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_heasoft_products import OWN, Ground

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.exposure_map import ExposureRequest
from nuwidgets.domain.image import ImageRequest
from nuwidgets.errors import InputError


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory):
    ground = Ground(Path(tmp_path_factory.mktemp("image")))
    yield ground
    ground.engine.stop()


def both(ground, **more):
    """Give the image by HEASoft and that of the embedded engine."""
    events = ground.selected()[1].events
    asked = ImageRequest(ground.screen, Band(3, 20), bands=(Band(20, 79),), **more)
    theirs = ground.engine.solve(replace(asked, engine="heasoft"), (events,), Token())
    return theirs, OWN.solve(asked, (events,), Token())


def same(theirs, own):
    assert len(theirs.tiles) == len(own.tiles) == 1
    for one, other in zip((theirs.counts, *theirs.tiles), (own.counts, *own.tiles), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
        assert one.dtype == other.dtype
    assert theirs.unit == own.unit


def test_each_band_is_a_run_of_its_own(ground):
    before = len(ground.runs())
    same(*both(ground))
    assert len(ground.runs()) == before + 2
    same(*both(ground, smooth_px=2.0))
    assert len(ground.runs()) == before + 2  # the same counts, smoothed here


def test_counts_are_divided_by_the_embedded_exposure(ground):
    theirs, own = both(ground, quantity="corrected", exposure=ExposureRequest(ground.screen))
    same(theirs, own)
    assert theirs.provenance.engine == "heasoft"
    assert theirs.provenance.approximate == own.provenance.approximate != ""
    assert set(own.provenance.warnings) <= set(theirs.provenance.warnings)
    assert theirs.provenance.versions


@pytest.mark.parametrize("change", [{"frame": "det1"}, {"quantity": "exposure"}])
def test_what_its_image_cannot_show_is_refused(change, ground):
    with pytest.raises(InputError, match=r"one of counts on the sky\. Set engine='auto'"):
        both(ground, **change)
