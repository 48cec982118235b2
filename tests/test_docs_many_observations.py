"""The page about many observations says what really happens: its code is run."""

from __future__ import annotations

from pathlib import Path

from nuwidgets.simulation.campaign import EVENT_MJD, LOOKS, TARGET_ID, truth_of

PAGE = (Path(__file__).parents[1] / "docs" / "many-observations.md").read_text(encoding="utf-8")
BLOCKS = [part.split("```")[0] for part in PAGE.split("```python\n")[1:]]


def test_its_code_runs():
    scope = {}
    try:
        for block in BLOCKS:
            exec(block, scope)  # noqa: S102  the project's own
        s = scope["s"]
        assert len(s.datasets) == 14
        assert s.shared.apart == ()
        assert s.datasets["99000100013XRT"].regions.source == s.shared.source
        assert scope["found"].names == s.used
        track = scope["found"].of("bbodyrad.kT")
        for name, lo, hi in zip(track.names, track.lo, track.hi, strict=True):
            width = hi - lo
            assert lo - width < truth_of(name[:11])["bbodyrad.kT"] < hi + width
    finally:
        scope["s"].close()


def test_it_counts_right():
    assert f"{len(LOOKS)} rows" in PAGE
    assert f"MJD {EVENT_MJD:.0f}" in PAGE
    assert TARGET_ID in PAGE
