"""The parts of the archive room: names made safe, words for troubles, progress, the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.archive.memory import Memory
from nuwidgets.archive.meter import Count, Meter
from nuwidgets.archive.paths import place_in, safe_path
from nuwidgets.archive.servers import Servers
from nuwidgets.archive.trouble import why
from nuwidgets.errors import FileError, InputError, ServiceError
from nuwidgets.files.download_log import NAME, DownloadLog, Entry

HOME = Path("/data/nustar/60001110002")


@given(st.text(st.sampled_from("ab./\\:~%\x00\n *"), max_size=20))
def test_no_name_leads_out_of_the_folder(path):
    if not safe_path(path):
        with pytest.raises(FileError, match="that is no name of a file"):
            place_in(HOME, path)
    else:
        place = place_in(HOME, path)
        assert HOME in place.parents
        assert ".." not in place.parts


@given(st.text(max_size=40))
def test_safe_names_stay_as_they_are(path):
    assert safe_path(path) in ("", path)


def test_a_name_that_is_too_long_is_none():
    assert safe_path("hk/" + "a" * 250) == "hk/" + "a" * 250
    assert safe_path("hk/" + "a" * 251) == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "did not answer in time"),
        (OSError("[Errno 111] Connect call failed"), "nobody answers"),
        (OSError("[Errno -3] Temporary failure in name resolution"), "is this machine online"),
        (OSError("503 Service Unavailable"), "maintenance (503)"),
        (OSError("SSL: CERTIFICATE_VERIFY_FAILED"), "certificate"),
        (ServiceError("It is so."), "It is so"),
        (OSError("something else"), "OSError: something else"),
        (KeyError(), "KeyError"),
    ],
)
def test_troubles_are_said_in_a_few_words(error, words):
    assert words in why(error)


def test_a_meter_counts_bytes_files_and_rates():
    meter = Meter([Count("a", 2, 1000), Count("b", 1, 500)])
    meter.counts["a"].state = "running"
    meter.here("a", 400)
    meter.came("a", 100)
    assert meter.all.fraction == pytest.approx(500 / 1500)
    assert meter.counts["a"].fraction == pytest.approx(0.5)
    assert "0 of 2 files · 500 B of 1 kB" in meter.parts()[0].says
    assert "/s" in meter.parts()[0].says
    meter.came("a", -100)  # broken: to be fetched again
    meter.sized("b", 500)
    meter.ended("a")
    assert (meter.all.done_bytes, meter.all.total_bytes, meter.all.done_files) == (400, 2000, 1)
    meter.notes["b"] = "trying again"
    assert meter.parts()[1].says == "trying again"


def test_without_sizes_files_are_counted():
    assert Count("a", 4, 0, done_files=1).fraction == 0.25
    assert Count("a").fraction is None


def test_the_manifest_outlives_torn_and_foreign_lines(tmp_path):
    with DownloadLog(tmp_path) as log:
        log.add(Entry("a", "http://localhost/a", "2026", 10, state="begun"))
        log.add(Entry("a", "http://localhost/a", "2026", 10, sha256="1"))
        log.add(Entry("b", "http://localhost/b", "2026", 10, state="begun"))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes() + b'[1]\n{"path": 3}\nnull\n\xff\xfe\n{"path": "c", "url"')
    again = DownloadLog(tmp_path)
    assert again.whole("a").sha256 == "1"
    assert again.begun("a") is None
    assert again.begun("b") is not None
    assert again.whole("b") is None
    again.add(Entry("d", "http://localhost/d", "2026", 10, sha256="4"))
    again.close()
    assert DownloadLog(tmp_path).whole("d").sha256 == "4"


def test_the_manifest_of_a_newer_version_is_understood(tmp_path):
    entry = {"path": "a", "url": "u", "when_utc": "2026", "size_bytes": 1, "colour": "red"}
    (tmp_path / NAME).write_text(json.dumps(entry) + "\n")
    assert DownloadLog(tmp_path).whole("a").size_bytes == 1


def test_a_folder_that_is_not_there_is_made_when_something_is_written(tmp_path):
    with DownloadLog(tmp_path / "new" / "one") as log:
        assert not (tmp_path / "new").exists()
        log.add(Entry("a", "u", "2026", 1))
    assert (tmp_path / "new" / "one" / NAME).is_file()


def test_memory_forgets_what_is_old_and_what_is_nonsense(tmp_path, monkeypatch):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    Memory(on_disk=True).learn("a", [1, 2])
    assert Memory(on_disk=True).recall("a") == [1, 2]
    assert Memory(on_disk=False).recall("a") is None
    place = tmp_path / "archive.json"
    known = json.loads(place.read_text())
    known["a"]["when_s"] = 0
    known["b"] = {"when_s": "soon", "fact": 1}
    known["c"] = 3
    place.write_text(json.dumps(known))
    assert [Memory(on_disk=True).recall(key) for key in "abc"] == [None, None, None]
    place.write_text("[]")
    Memory(on_disk=True).learn("d", "x")
    assert Memory(on_disk=True).recall("d") == "x"


def test_memory_without_a_disk_is_known_in_the_process(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "file" / "below"))
    memory = Memory(on_disk=True)
    memory.learn("a", 1)
    assert memory.recall("a") == 1


def test_archives_are_known_by_name_and_started_once():
    started = []
    servers = Servers(mine=lambda: started.append(1) or "places")
    assert [servers.places("mine"), servers.places("mine")] == ["places", "places"]
    assert started == [1]
    with pytest.raises(InputError, match=r"no archive 'heasark'\. Did you mean 'heasarc'"):
        servers.places("heasark")
