"""Asking again: the archive has new rows and other files, files are gone from the disk, or edited."""

from __future__ import annotations

import os
import shutil
import warnings
from dataclasses import replace

import pytest
from archive_asks import home, places_of
from standin_content import nustar_folder
from standin_rows import DEC_DEG, RA_DEG

import nuwidgets as nw
from nuwidgets.archive.catalogue import Known, known_of
from nuwidgets.archive.download import download
from nuwidgets.archive.locate import _linked
from nuwidgets.archive.memory import Memory
from nuwidgets.core.job import State, Token
from nuwidgets.domain.archive_file import Files
from nuwidgets.errors import InputError
from nuwidgets.files.download_log import NAME, DownloadLog
from nuwidgets.missions.base import missions

ONE = "60001110002"
EVENTS = f"event_cl/nu{ONE}A01_cl.evt.gz"


@pytest.fixture
def ready(session):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    session.find.run()
    session.find.select(ONE)
    session.download.preset = "everything"
    return session


@pytest.fixture
def theirs(standin):
    """The events at the archive, put back as they were."""
    path = standin.root / (nustar_folder(ONE) + EVENTS).strip("/")
    content, facts = path.read_bytes(), path.stat()
    yield path
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def gets(standin):
    return [one.path.rpartition("/")[2] for one in standin.asked("*/FTP/*.gz", "GET")]


def test_a_search_is_asked_again_when_one_says_so(session, standin):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    first = session.find.run()
    asked = len(standin.asked("*/tap/sync"))
    assert session.find.run() is first
    assert len(standin.asked("*/tap/sync")) == asked
    again = session.find.run(anew=True)
    assert again is not first
    assert session.find.product is again
    assert len(standin.asked("*/tap/sync")) == asked + 1
    standin.faults.status("*/tap/*", 503, times=None)
    with pytest.raises(nw.NuwidgetsError, match="Try again"):
        session.find.run(anew=True)
    assert session.find.product is again  # nothing is lost
    assert session.find.run() is again


def test_a_list_is_asked_again_when_one_says_so(ready, standin):
    first = ready.files.run()
    assert ready.files.run() is first
    assert ready.files.run(anew=True) is not first


@pytest.mark.parametrize("gone", ["file", "folder"])
def test_what_is_gone_from_the_disk_is_fetched_again(ready, standin, gone):
    ready.download.run()
    standin.requests.clear()
    if gone == "file":
        (home(ready) / EVENTS).unlink()
    else:
        shutil.rmtree(home(ready))
    product = ready.download.run()
    assert (home(ready) / EVENTS).is_file()
    assert product.observations[0].state == "done"
    assert len(gets(standin)) == (1 if gone == "file" else 14)


def test_run_again_with_all_here_asks_nobody(ready, standin):
    ready.download.run()
    standin.requests.clear()
    standin.server.close()
    assert ready.download.run().observations[0].state == "already here"
    assert not standin.requests


def test_after_a_failure_the_files_are_listed_anew(ready, standin, theirs):
    ready.files.run()
    theirs.write_bytes(theirs.read_bytes() + bytes(512))  # replaced at the archive by a larger one
    assert "broken as the archive sends it" in ready.download.run().failed[ONE]
    assert not ready.download.run().failed
    assert (home(ready) / EVENTS).read_bytes() == theirs.read_bytes()


def test_a_change_of_the_same_size_is_noticed(ready, standin, theirs):
    ready.download.run()
    content = bytearray(theirs.read_bytes())
    content[4] ^= 1  # the time in gzip's head: another file, and a whole one
    theirs.write_bytes(bytes(content))
    ready.files.run(anew=True)
    standin.requests.clear()
    ready.download.run()
    assert gets(standin) == [theirs.name]
    assert (home(ready) / EVENTS).read_bytes() == bytes(content)


def test_a_part_of_another_version_is_not_gone_on_with(ready, standin, theirs, monkeypatch):
    monkeypatch.setattr("nuwidgets.archive.fetch.LARGE", 1000)
    ready.files.run()
    standin.faults.cut(f"*{EVENTS}", 5000, times=1)
    standin.faults.status(f"*{EVENTS}", 404, times=1)
    assert ready.download.run().failed
    part = (home(ready) / EVENTS).with_name(f"{theirs.name}.part")
    assert part.stat().st_size == 5000
    content = bytearray(theirs.read_bytes())
    content[4] ^= 1
    theirs.write_bytes(bytes(content))
    assert not ready.download.run().failed
    assert (home(ready) / EVENTS).read_bytes() == bytes(content)
    assert not part.exists()


@pytest.mark.parametrize("known", [False, True])
def test_a_file_of_ones_own_is_put_aside_and_it_is_said(ready, known):
    mine = home(ready) / EVENTS
    if known:
        ready.download.run()
        ready.download.without = (f"{ONE}/{EVENTS}",)
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_bytes(b"my own work")
    ready.download.without = ()
    product = ready.download.run()
    assert mine.with_name(f"{mine.name}.old").read_bytes() == b"my own work"
    assert any("is now" in text and ".old" in text for text in product.provenance.warnings)
    assert not product.failed
    assert mine.stat().st_size > 100


def test_names_that_are_ours_are_refused(ready, standin):
    names = [NAME, f"nu{ONE}.cat.gz", f"nu{ONE}.cat.gz.part"]
    standin.faults.names(f"*{nustar_folder(ONE)}", names)
    files = ready.files.run()
    assert [file.path for file in files.observations[0].files] == [f"nu{ONE}.cat.gz"]


def test_a_listing_that_fails_for_a_moment_is_asked_again(ready, standin):
    standin.faults.status(f"*{nustar_folder(ONE)}hk/", 503, times=2)
    standin.faults.status(f"*{EVENTS}", 503, times=2)
    files = {f.path: f for f in ready.files.run().observations[0].files}
    assert files[EVENTS].size_bytes
    assert any(path.startswith("hk/") for path in files)


def test_a_listing_that_stays_broken_is_said_and_asked_again_later(ready, standin):
    standin.faults.status(f"*{nustar_folder(ONE)}hk/", 503, times=None)
    assert "busy or down" in ready.files.run().observations[0].problem
    assert ready.files.state is State.STALE
    standin.faults.clear()
    assert not ready.files.run().observations[0].problem
    assert ready.files.state is State.FRESH


def test_no_folder_is_written_for_what_is_no_obs_id(ready, tmp_path):
    listed = ready.files.run()
    bad = replace(listed.observations[0], obs_id="../../evil")
    files = Files("NuSTAR", "heasarc", "", (bad,))
    request = replace(ready.download.request(), folder=str(tmp_path / "a" / "b"))
    product = download(request, files, places_of_nothing(), Token())
    assert "is no ObsID of NuSTAR" in product.failed["../../evil"]
    assert not list(tmp_path.rglob("*evil*"))


def places_of_nothing():
    from nuwidgets.archive.places import Places

    return Places(bucket="", mount="")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"/FTP/nustar/data/obs/00/6/{ONE}/", f"/FTP/nustar/data/obs/00/6/{ONE}/"),
        ("/FTP/../../etc/", ""),
        ("/etc/", ""),
        ("", ""),
    ],
)
def test_links_lead_into_the_archive_or_nowhere(path, found):
    link = {"error_message": "", "sciserver": path}
    assert _linked(ONE, [link]).path == found
    other = {"error_message": "", "sciserver": "/FTP/nustar/elsewhere/"}
    if found:
        assert _linked(ONE, [link, other]).path == found


def test_what_is_remembered_of_a_catalogue_and_does_not_hold_is_asked_anew(session, standin):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    places = session.servers.places("heasarc")
    memory, catalogue = session.servers.memory(places), missions()["NuSTAR"].archive.catalogue
    session.find.run()
    key = next(key for key in memory._known if key.startswith("catalogue"))
    fact = memory._known[key]
    memory.learn(key, {**fact, "columns": [*fact["columns"], ["no_such_column", "", ""]]})
    assert len(session.find.run(anew=True)) > 5
    memory.learn(key, {"name": "numaster"})  # nonsense
    known = known_of(catalogue, standin.client(), places, memory)
    assert isinstance(known, Known)
    assert known.radius_arcmin == 15.0


def test_a_search_that_the_archive_cuts_short_says_so(session, monkeypatch):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    session.find.run()
    monkeypatch.setattr("nuwidgets.simulation.server.archive.MOST_ROWS", 3)
    with warnings.catch_warnings(action="ignore"):  # pyvo's own, which would be an error here
        found = session.find.run(anew=True)
    assert len(found) == 3
    assert "only the first 3 rows" in found.provenance.warnings[0]


@pytest.mark.parametrize("name", ["0142+61", "0535+22", "2129+47", "1821-14"])
def test_names_made_of_numbers_are_names(session, standin, name):
    session.find.target = name
    with pytest.raises(InputError, match="Nobody knows a source"):
        session.find.run()
    assert standin.asked("*esame*")


def test_memory_of_names_survives_nonsense(standin):
    from nuwidgets.archive.resolve import position_of

    memory = Memory(on_disk=False)
    memory.learn("name barnard's <a & b>", "nonsense")
    assert position_of("Barnard's <A & B>", places_of(standin), memory)[1] == pytest.approx(DEC_DEG)


def test_the_manifest_of_what_is_here_is_written_anew_without_a_fetch(ready, standin):
    ready.download.run()
    (home(ready) / EVENTS).touch()
    standin.requests.clear()
    ready.download.run()
    assert not gets(standin)
    entry = DownloadLog(home(ready)).whole(EVENTS)
    assert entry.mtime_ns == (home(ready) / EVENTS).stat().st_mtime_ns
