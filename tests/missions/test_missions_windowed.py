"""Swift's data modes: windowed timing beside photon counting, and observations without the latter."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
from nuwidgets.archive.places import Places
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.errors import FileError, InputError, SessionWarning
from nuwidgets.files.identify import identify, pairs_in
from nuwidgets.missions.base import mission_of
from nuwidgets.missions.choice import modes_missed, modes_opened
from nuwidgets.missions.hindrance import caution_of
from nuwidgets.missions.suggested import suggested
from nuwidgets.simulation.server.archive import ArchiveServer
from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveContent, ArchiveTable

ID = "00032027001"
DATAMODES = {"pc": "PHOTON", "wt": "WINDOWED"}
WHOLE = ("X", "Y", "PI", "GRADE")
ONLY_WT = r"no photon-counting events; windowed timing is there: choose modes=\('WT',\)"


def write(folder, *modes):
    """Write event files of data modes and windows, e.g. ``"wtw2"``, where the archive has them."""
    rng = np.random.default_rng(1)
    home = folder / ID / "xrt" / "event"
    home.mkdir(parents=True, exist_ok=True)
    for mode in modes:
        places = rng.integers(450, 550, (2, 300))
        grade = rng.integers(0, 15, 300)
        columns = {"TIME": np.sort(rng.uniform(0, 900, 300)), "X": places[0], "Y": places[1],
                   "PI": rng.integers(30, 700, 300), "GRADE": grade}  # fmt: skip
        table, good = (
            fits.BinTableHDU.from_columns(
                [
                    fits.Column(column, "I" if column in WHOLE else "D", array=values)
                    for column, values in data.items()
                ],
                name=name,
            )
            for name, data in (("EVENTS", columns), ("GTI", {"START": [0.0], "STOP": [900.0]}))
        )
        for hdu in (table, good):
            hdu.header.update(TELESCOP="SWIFT", INSTRUME="XRT", OBS_ID=ID, DATAMODE=DATAMODES[mode[:2]],
                              OBJECT="Nova", MJDREFI=51910, MJDREFF=7.4e-4, TSTART=0.0, TSTOP=900.0,
                              EXPOSURE=900.0, TIMESYS="TT")  # fmt: skip
        table.header.update(TLMIN2=1, TLMAX2=1000, TLMIN3=1, TLMAX3=1000)
        fits.HDUList([fits.PrimaryHDU(), table, good]).writeto(home / f"sw{ID}x{mode}po_cl.evt")
    return folder / ID


def names(found):
    return [pair.path.rpartition("/sw")[2].removeprefix(ID) for pair in found.events]


def test_each_mode_has_its_name_and_what_is_usual():
    swift, seen = mission_of("Swift"), {}
    for mode in ("PHOTON", "WINDOWED", "IMAGING"):
        at = Pointing(telescope="SWIFT", instrument="XRT", obs_id=ID, mode=mode)
        usual = suggested(swift, at)
        seen[mode] = swift.name_of(at), usual.get("screen"), usual["lightcurve"]["binsize_s"]
    assert seen == {
        "PHOTON": (f"{ID}XRT", {"max_grade": 12}, 100.0),
        "WINDOWED": (f"{ID}WT", {"max_grade": 2}, 1.0),
        "IMAGING": (f"{ID}XRT", None, 100.0),
    }
    limits = {name: mode.piled_up_per_s for name, mode in swift.modes.items()}
    assert limits == {"PC": 0.6, "WT": 100.0}


def test_a_folder_gives_photon_counting_unless_another_mode_is_chosen(tmp_path):
    home = write(tmp_path, "pcw3", "pcw2", "wtw2", "wtw4")
    assert names(identify(home)) == ["xpcw2po_cl.evt", "xpcw3po_cl.evt"]
    assert names(identify(home, ("wt",))) == ["xwtw2po_cl.evt", "xwtw4po_cl.evt"]
    assert len(identify(home, ("PC", "WT")).events) == 4
    assert not pairs_in(home, ("imaging",))


def test_an_observation_without_photon_counting_says_so(tmp_path):
    home = write(tmp_path, "wtw2")
    with pytest.raises(FileError, match=f"{ONLY_WT}, or open one of its event files"):
        identify(home)
    assert modes_missed(mission_of("Swift"), ["a.evt"]) == ""
    with nw.Session(live=False) as s:
        s.pipeline.folders = home
        assert "windowed timing is there" in s.pipeline.run().failed[f"{ID} XRT"]
        assert s.names == ()
        s.pipeline.parameters = {"datamode": "WT"}
        s.pipeline.run()
        assert s.names == (f"{ID}WT",)


def test_both_modes_are_opened_beside_each_other(tmp_path):
    home = write(tmp_path, "pcw3", "wtw2", "wtw4")
    with nw.Session(live=False) as s:
        for pair in identify(home, ("PC", "WT")).events:
            s.add_events(pair.path)
        first, second, third = s.names
        assert (first, second) == (f"{ID}XRT", f"{ID}WT")
        assert third.startswith(f"{ID}WT")
        one = s.datasets[second]
        assert one.lightcurve.binsize_s == 1.0
        assert one.screen.max_grade == 2
        assert one.screen.run().grade.max() == 2
        assert s.datasets[first].screen.run().grade.max() == 12
        assert one.spectrum.run().counts.sum() > 0
        assert "max_grade" not in s.script()


def test_the_modes_of_the_task_come_before_those_of_the_download():
    swift = mission_of("Swift")
    asked = PipelineRequest(parameters=(("datamode", "wt, im"),))
    assert modes_opened(swift, asked) == ("WT",)
    assert modes_opened(swift, PipelineRequest()) == ()
    assert modes_opened(mission_of("NuSTAR"), asked) == ()


def test_the_catalogue_says_which_mode_was_used():
    catalogue = mission_of("Swift").archive.catalogue
    row = {"xrt_exposure": 900.0, "xrt_expo_pc": 0.0, "xrt_expo_wt": 900.0}
    said = "It has no data in mode PC, only in WT: for these set download.modes = ('WT',)."
    assert caution_of(row, catalogue) == said
    for told in ({"xrt_expo_pc": 5.0}, {"xrt_expo_pc": None}, {"xrt_expo_wt": 0.0}):
        assert caution_of(row | told, catalogue) == ""


COLUMNS = (
    ArchiveColumn("name"), ArchiveColumn("obsid"), ArchiveColumn("ra", "double", "deg"),
    ArchiveColumn("dec", "double", "deg"), ArchiveColumn("start_time", "double", "d"),
    ArchiveColumn("archive_date", "double", "d"), ArchiveColumn("xrt_exposure", "double", "s"),
    ArchiveColumn("xrt_expo_pc", "double", "s"), ArchiveColumn("xrt_expo_wt", "double", "s"),
    ArchiveColumn("__row"),
)  # fmt: skip


def test_from_the_search_on_an_observation_in_windowed_timing_says_what_to_choose(tmp_path):
    path = f"/FTP/swift/data/obs/2011_09/{ID}/"
    home = write(tmp_path / "archive/FTP/swift/data/obs/2011_09", "wtw2")
    (home / "xrt" / "hk").mkdir()
    (home / f"xrt/hk/sw{ID}xhd.hk").write_bytes((next(home.rglob("*.evt"))).read_bytes())
    rows = (("Nova", ID, 136.0, -32.0, 55817.5, 55820.0, 900.0, 0.0, 900.0, "7"),)
    usual = tuple(column.name for column in COLUMNS[:7])
    table = ArchiveTable("swiftmastr", "Swift Master Catalog", COLUMNS, rows, 12.0, usual)
    content = ArchiveContent(tmp_path / "archive", (table,), {"7": path})
    with ArchiveServer(content) as server, nw.Session(live=False) as s:
        s.servers.known["heasarc"] = Places(
            vo_url=server.vo_url, data_url=server.data_url, bucket="", mount="", remembered=False
        )
        s.find.mission, s.find.target = "Swift", "136.0 -32.0"
        (caution,) = s.find.run().caution
        assert caution.startswith("It has no data in mode PC, only in WT")
        s.find.select(ID)
        s.download.folder = tmp_path / "data"
        said = " ".join(s.download.run().provenance.warnings)
        assert re.search(f"{ID}: nothing was opened, for {ONLY_WT}", said)
        s.download.modes = ("WT",)
        s.download.run()
        assert s.names == (f"{ID}WT",)


def test_a_folder_opens_in_the_modes_that_are_meant_and_of_many_all_that_can(tmp_path):
    write(tmp_path, "wtw2")
    with nw.open(tmp_path / ID, modes="WT", grouping="min 3") as s:
        assert s.names == (f"{ID}WT",)
        assert str(s.datasets[f"{ID}WT"].spectrum.grouping) == "min 3"
    with pytest.raises(FileError, match=ONLY_WT):
        nw.open(tmp_path)
    other = shutil.copytree(write(tmp_path / "other", "pcw3"), tmp_path / "00032027002")
    said = f"1 of 2 observations were put aside.*{ONLY_WT}"
    with pytest.warns(SessionWarning, match=said), nw.open(tmp_path) as s:
        assert [one.events.path for one in s.datasets.values()] == [
            str(other / "xrt" / "event" / f"sw{ID}xpcw3po_cl.evt")
        ]
    with nw.open(tmp_path, modes=("PC", "wt")) as s:
        assert len(s.datasets) == 2
    with pytest.raises(InputError, match=r"Cannot use 3\. Give a text"):
        nw.open(tmp_path / ID, modes=3)
