"""Files beside an event file: where they may lie, and which is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.files.aspect_files import AXIS, DET1, find_beside, places_beside

if TYPE_CHECKING:
    from pathlib import Path


def test_the_nearest_one_is_taken(tmp_path: Path) -> None:
    events = tmp_path / "event_cl" / "nu99901110002A01_cl.evt"
    for folder in ("event_cl", "hk", "auxil"):
        (tmp_path / folder).mkdir()
    assert find_beside(events, DET1) == ""
    for folder, name in (("auxil", "det1.fits"), ("hk", "det1.fits.gz"), ("event_cl", "det1.fits")):
        path = tmp_path / folder / f"nu99901110002A_{name}"
        path.write_bytes(b"")
        assert find_beside(str(events), DET1) == str(path)
    assert find_beside(events, AXIS) == ""
    assert len(places_beside(events, AXIS)) == 6


def test_other_names_have_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "nu99901110002A_det1.fits").write_bytes(b"")
    assert places_beside(tmp_path / "events.evt", DET1) == ()
    assert find_beside("", DET1) == ""
