"""Downloading from the stand-in, with all that can go wrong on the way."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import pytest
from archive_asks import home, on_disk, places_of
from faults import free_url
from standin_content import nustar_folder
from standin_rows import DEC_DEG, RA_DEG

from nuwidgets.core.job import State
from nuwidgets.errors import CancelledError, FileError, InputError, ServiceError
from nuwidgets.files.download_log import NAME, DownloadLog

ONE, TWO, THREE = "60001110002", "60001110004", "60001110006"
EVENTS = "event_cl/nu{}A01_cl.evt.gz"


@pytest.fixture
def ready(session):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    session.find.run()
    return session


def fetch(session, *obs_ids, preset="everything"):
    session.find.select(*(obs_ids or (ONE,)))
    session.download.preset = preset
    return session.download.run()


def gets(standin, pattern="*/FTP/*.gz"):
    return standin.asked(pattern, "GET")


def test_everything_arrives_as_it_is(ready, standin):
    product = fetch(ready, ONE, TWO)
    for obs_id in (ONE, TWO):
        assert on_disk(home(ready, obs_id)) == standin.files_of(nustar_folder(obs_id))
    assert [one.state for one in product.observations] == ["done", "done"]
    assert not product.failed
    assert ready.download.state is State.FRESH
    assert len(gets(standin)) == sum(one.n_files for one in product.observations)


def test_the_manifest_says_what_from_where_when_size_and_checksum(ready, standin):
    fetch(ready)
    known = DownloadLog(home(ready))
    files = standin.files_of(nustar_folder(ONE))
    assert set(known.entries) == set(files)
    for path, content in files.items():
        entry = known.entries[path]
        assert entry.sha256 == hashlib.sha256(content).hexdigest()
        assert entry.size_bytes == len(content)
        assert entry.url == f"{standin.url}{nustar_folder(ONE)}{path}"
        assert entry.when_utc.startswith("20")
    lines = (home(ready) / NAME).read_text().splitlines()
    assert all(json.loads(line) for line in lines)


def test_cleaned_events_are_what_the_engine_needs(ready):
    product = fetch(ready, preset="cleaned events")
    assert set(on_disk(home(ready))) == {
        f"auxil/nu{ONE}_att.fits.gz",
        *(f"event_cl/nu{ONE}{m}01_cl.evt.gz" for m in "AB"),
        *(f"hk/nu{ONE}{m}_fpm.hk.gz" for m in "AB"),
    }
    assert product.observations[0].n_files == 5


def test_one_module_and_a_glob_narrow_it(ready):
    ready.download.modules = ("A",)
    fetch(ready, preset="cleaned events")
    assert not [path for path in on_disk(home(ready)) if f"{ONE}B" in path]
    ready.download.pattern, ready.download.modules = "*02_cl.evt*", ()
    ready.download.run()
    assert {p for p in on_disk(home(ready)) if "02_cl" in p} == {
        f"event_cl/nu{ONE}{m}02_cl.evt.gz" for m in "AB"
    }


def test_what_is_here_is_not_fetched_again(ready, standin):
    fetch(ready, preset="cleaned events")
    standin.requests.clear()
    ready.download.preset = "everything"
    product = ready.download.run()
    assert len(gets(standin)) == product.observations[0].n_files - 5
    standin.requests.clear()
    with type(ready)(live=False) as other:
        other.servers.known["heasarc"] = places_of(standin)
        other.download.folder, other.download.opens = ready.download.folder, False
        other.find.target = ready.find.target
        other.find.run()
        product = fetch(other)
    assert product.observations[0].state == "already here"
    assert not gets(standin)


def test_files_without_a_manifest_are_taken_after_a_check(ready, standin):
    fetch(ready)
    (home(ready) / NAME).unlink()
    victim = home(ready) / EVENTS.format(ONE)
    content = victim.read_bytes()
    victim.write_bytes(content[:-9] + bytes(9))
    standin.requests.clear()
    ready.download.preset = "reprocess"
    ready.download.run()
    ready.download.preset = "everything"
    ready.download.run()
    assert [one.path.rpartition("/")[2] for one in gets(standin)] == [victim.name]
    assert victim.read_bytes() == content


def test_a_file_that_changed_at_the_archive_is_fetched_anew(ready, standin):
    fetch(ready)
    path = standin.root / (nustar_folder(ONE) + EVENTS.format(ONE)).strip("/")
    content = path.read_bytes()
    try:
        path.write_bytes(content + bytes(512))  # padding: still a whole gzip
        ready.files.host = "heasarc"
        ready.download.run()
        assert (home(ready) / EVENTS.format(ONE)).read_bytes() == content + bytes(512)
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("seed", range(5))
def test_cut_at_random_bytes_it_goes_on_where_it_was(ready, standin, seed):
    standin.faults.cut("*/FTP/*.gz", times=2, seed=seed)
    fetch(ready)
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
    assert any(one.range for one in gets(standin))


def test_a_host_that_knows_no_ranges_sends_it_all_again(ready, standin):
    standin.faults.cut("*/FTP/*A01*.gz", times=1)
    standin.faults.ignore_range("*/FTP/*A01*.gz")
    fetch(ready)
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


@pytest.mark.parametrize("status", [500, 503, 429, 502])
def test_errors_that_pass_are_waited_for(ready, standin, status):
    standin.faults.status("*/FTP/*.gz", status, times=3)
    ready.find.select(ONE)
    ready.files.run()
    fetch(ready)
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_retry_after_is_obeyed(ready, standin):
    ready.find.select(ONE)
    ready.files.run()
    standin.faults.status(f"*{EVENTS.format(ONE)}", 429, times=1, retry_after_s=1)
    began_s = time.monotonic()
    fetch(ready)
    assert time.monotonic() - began_s >= 0.9


@pytest.mark.parametrize("fault", ["truncate", "corrupt", "error_page"])
def test_a_bad_file_is_fetched_again(ready, standin, fault):
    ready.find.select(ONE)
    ready.files.run()
    getattr(standin.faults, fault)(f"*{EVENTS.format(ONE)}", times=1)
    fetch(ready)
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


@pytest.mark.parametrize("fault", ["truncate", "corrupt", "error_page"])
def test_a_file_that_stays_bad_is_reported_and_has_no_name(ready, standin, fault):
    ready.find.select(ONE, TWO)
    ready.files.run()
    getattr(standin.faults, fault)(f"*{EVENTS.format(ONE)}", times=None)
    product = fetch(ready, ONE, TWO)
    assert "is broken as the archive sends it, twice" in product.failed[ONE]
    assert TWO not in product.failed
    assert not (home(ready) / EVENTS.format(ONE)).exists()
    assert on_disk(home(ready, TWO)) == standin.files_of(nustar_folder(TWO))
    assert ONE in " ".join(product.provenance.warnings)
    assert ready.download.state is State.STALE  # honest: not all is here
    standin.faults.clear()
    assert not ready.download.run().failed  # and run() tries again
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
    assert ready.download.state is State.FRESH


@pytest.mark.parametrize("fault", ["cut", "truncate", "corrupt", "ignore_range", "none"])
def test_checked_while_it_comes_all_ends_the_same(ready, standin, monkeypatch, fault):
    monkeypatch.setattr("nuwidgets.archive.checking.LARGE", 1000)
    ready.find.select(ONE)
    ready.files.run()
    if fault in ("cut", "ignore_range"):
        standin.faults.cut("*/FTP/*.gz", times=2)
    if fault == "ignore_range":
        standin.faults.ignore_range("*/FTP/*.gz")
    if fault in ("truncate", "corrupt"):
        getattr(standin.faults, fault)("*/FTP/*01_cl.evt.gz", times=1)
    standin.faults.trickle("*event_uf*", 400_000)
    assert not fetch(ready).failed
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_promised_bytes_that_never_come(ready, standin):
    standin.faults.wrong_length(f"*{EVENTS.format(ONE)}", 100)  # the listing tells it too
    product = fetch(ready)
    assert "could not be fetched" in product.failed[ONE]
    assert not (home(ready) / EVENTS.format(ONE)).exists()


def test_a_size_that_is_promised_wrongly_on_the_way_alone_does_no_harm(ready, standin):
    ready.find.select(ONE)
    ready.files.run()
    standin.faults.wrong_length(f"*{EVENTS.format(ONE)}", 100)
    assert not fetch(ready).failed
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_fewer_bytes_than_listed_are_a_fault(ready, standin):
    standin.faults.wrong_length(f"*{EVENTS.format(ONE)}", -100)
    product = fetch(ready)
    assert "is broken as the archive sends it, twice" in product.failed[ONE]


def test_a_gz_that_is_said_to_be_packed_for_the_way_only_stays_one(ready, standin):
    standin.faults.encoded("*/FTP/*.gz")
    fetch(ready)
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_a_missing_file_fails_its_own_observation_alone(ready, standin):
    ready.find.select(ONE, TWO)
    ready.files.run()
    standin.faults.status(f"*{EVENTS.format(ONE)}", 404, times=None)
    product = fetch(ready, ONE, TWO)
    assert "it has no such thing (404)" in product.failed[ONE]
    assert list(product.failed) == [ONE]
    assert len(gets(standin, f"*{EVENTS.format(ONE)}")) == 1  # asked once: 404 does not pass


EVIL = [
    "../../evil",
    "/etc/passwd",
    "..%2f..%2fevil",
    "a/../../evil",
    ".bashrc",
    "c:evil",
    "x\\y",
]


def test_names_that_lead_out_are_left_out(ready, standin):
    standin.faults.names(f"*{nustar_folder(ONE)}hk/", [*EVIL, f"nu{ONE}A_fpm.hk.gz"])
    product = fetch(ready)
    files = {file.path for file in ready.files.product.observations[0].files}
    assert [path for path in files if path.startswith("hk/")] == [f"hk/nu{ONE}A_fpm.hk.gz"]
    below = Path(ready.download.folder).absolute()
    outside = {p for p in below.parent.rglob("*") if below not in (p, *p.parents)}
    assert not outside
    assert not product.failed


def test_a_link_that_leads_out_is_not_followed(ready, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    home(ready).mkdir(parents=True)
    (home(ready) / "hk").symlink_to(elsewhere)
    product = fetch(ready)
    assert "is a link that leads out of" in product.failed[ONE]
    assert not list(elsewhere.iterdir())


def test_an_empty_directory(ready, standin):
    standin.faults.names(f"*{nustar_folder(ONE)}", [])
    product = fetch(ready, ONE, TWO)
    assert "has no files of it" in product.failed[ONE]
    assert TWO not in product.failed


def test_stop_answers_within_a_second_even_when_the_host_is_silent(ready, standin):
    ready.find.select(ONE)
    ready.files.run()
    standin.faults.stall("*/FTP/*.gz", after_bytes=2000, times=None)
    ready.download.preset = "everything"
    future = ready.download.submit()
    time.sleep(0.7)
    began_s = time.monotonic()
    ready.download.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        future.result(5)
    assert time.monotonic() - began_s < 1.0
    assert ready.download.state is State.EMPTY
    standin.faults.clear()
    ready.download.run()
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_a_large_file_that_was_stopped_resumes_with_the_rest_alone(ready, standin, monkeypatch):
    monkeypatch.setattr("nuwidgets.archive.fetch.LARGE", 1000)
    name = f"*event_uf/nu{ONE}A_uf.evt.gz"
    ready.find.select(ONE)
    ready.files.run()
    standin.faults.stall(name, after_bytes=30_000, times=1)
    ready.download.preset = "everything"
    future = ready.download.submit()
    time.sleep(0.7)
    ready.download.cancel()
    with pytest.raises(CancelledError):
        future.result(5)
    standin.requests.clear()
    ready.download.run()
    assert [one.range for one in gets(standin, name)] == ["bytes=30000-"]
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_the_server_is_gone_half_way(ready, standin):
    ready.find.select(ONE, TWO, THREE)
    ready.files.run()
    standin.faults.gone(f"*event_uf/nu{ONE}A_uf.evt.gz", 20_000)
    with pytest.raises(ServiceError, match=r"the host does not answer any more.*finished is kept"):
        fetch(ready, ONE, TWO, THREE)
    assert ready.download.state is State.FAILED
    before = on_disk(home(ready))
    assert all(
        before[p] == standin.files_of(nustar_folder(ONE))[p]
        for p in before
        if not p.endswith(".part")
    )
    standin.faults.clear()
    standin.server.start()
    ready.servers.known["heasarc"] = places_of(standin)
    ready.files.ledger.answered = None  # the server came back at another address
    ready.download.run()
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_nobody_is_there(ready, standin):
    ready.find.select(ONE)
    ready.servers.known["heasarc"] = places_of(standin, data_url=free_url())
    product = fetch(ready)
    assert "does not list its files (nobody answers at its address)" in product.failed[ONE]


def test_no_room_is_said_before_anything_moves(ready, standin, monkeypatch):
    monkeypatch.setattr("nuwidgets.archive.on_disk.free_bytes", lambda _folder: 60_000_000)
    monkeypatch.setattr("nuwidgets.archive.on_disk.SPARE_BYTES", 59_990_000)
    with pytest.raises(InputError, match=r"Cannot download .* has 60 MB free\. Choose fewer files"):
        fetch(ready)
    assert not home(ready).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_keeps_what_is_finished(ready, standin, tmp_path, monkeypatch):
    import subprocess

    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        ready.download.folder, ready.download.at_once = place, 1
        ready.download.copy = True
        monkeypatch.setattr("nuwidgets.archive.on_disk.SPARE_BYTES", -(10**9))
        with pytest.raises(FileError, match=r"The disk is full.*What was finished is kept"):
            fetch(ready)
        there = standin.files_of(nustar_folder(ONE))
        whole = {p: c for p, c in on_disk(home(ready)).items() if not p.endswith(".part")}
        assert whole
        assert all(there[path] == content for path, content in whole.items())
        subprocess.run(["mount", "-o", "remount,size=9m", str(place)], check=True)
        ready.download.run()
        assert on_disk(home(ready)) == there
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_folder_that_may_not_be_written_to(ready, tmp_path):
    (tmp_path / "file").write_text("no folder")
    ready.download.folder = tmp_path / "file"
    product = fetch(ready)
    assert "Cannot write" in product.failed[ONE]


def test_a_torn_last_line_of_the_manifest_is_passed_over(ready, standin):
    fetch(ready)
    path = home(ready) / NAME
    path.write_bytes(path.read_bytes()[:-25])
    standin.requests.clear()
    ready.download.pattern = "*"
    ready.download.run()
    assert not gets(standin)
    assert len(DownloadLog(home(ready)).entries) == len(standin.files_of(nustar_folder(ONE)))


def test_progress_is_by_bytes_and_by_observation(ready, standin):
    standin.faults.trickle("*event_uf*", 400_000)
    seen = []
    ready.download.observe(lambda c: c["new"] and seen.append(c["new"]), "progress")
    fetch(ready, ONE, TWO)
    fractions = [
        one.fraction for one in seen if one.stage == "downloading" and one.fraction is not None
    ]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 3
    part = next(one.parts for one in reversed(seen) if one.parts)
    assert [one.name for one in part] == [ONE, TWO]
    assert all("14 of 14 files" in one.says for one in part)
    middle = next(one for one in seen if one.parts and 0.2 < (one.fraction or 0) < 0.9)
    assert "/s" in middle.line


def test_nothing_selected_and_nothing_chosen(ready):
    with pytest.raises(InputError, match="no observation is selected"):
        ready.download.run()
    ready.find.select(ONE)
    ready.download.pattern = "*.nothing"
    with pytest.raises(InputError, match="no files are chosen"):
        ready.download.run()


def test_what_is_proprietary_is_refused_by_name(ready):
    with pytest.raises(InputError, match="Cannot select 90001110002: It is proprietary until"):
        ready.find.select("90001110002")
    ready.find.selected = ("90001110002",)
    with pytest.raises(InputError, match="Cannot download 90001110002: It is proprietary"):
        ready.files.run()


def test_no_data_at_the_archive(ready):
    product = fetch(ready, ONE, "60001110012")
    assert "The archive has no data of it" in product.failed["60001110012"]
    assert ONE not in product.failed


@pytest.mark.parametrize("fault", ["status", "cut"])
def test_an_observation_whose_files_all_fail_never_stops_the_others(ready, standin, fault):
    ready.find.select(ONE, TWO, THREE)
    ready.files.run()
    pattern = f"*{nustar_folder(ONE)}*.gz"
    if fault == "status":
        standin.faults.status(pattern, 500, times=None)
    else:
        standin.faults.cut(pattern, 0, times=None)
    product = fetch(ready, ONE, TWO, THREE)
    assert list(product.failed) == [ONE]
    assert "could not be fetched after 6 tries" in product.failed[ONE]
    for obs_id in (TWO, THREE):
        assert on_disk(home(ready, obs_id)) == standin.files_of(nustar_folder(obs_id))


def test_a_folder_that_another_download_fills_is_left_to_it(ready, standin):
    with type(ready)(live=False) as other:
        other.servers.known["heasarc"] = places_of(standin)
        other.download.folder, other.download.opens = ready.download.folder, False
        other.find.target = ready.find.target
        other.find.run()
        standin.faults.trickle("*event_uf*", 100_000)
        ready.find.select(ONE)
        ready.download.preset = "everything"
        future = ready.download.submit()
        time.sleep(0.4)
        product = fetch(other, ONE, TWO)
        assert "Another download is filling" in product.failed[ONE]
        assert TWO not in product.failed
        assert not future.result(20).failed
        assert not other.download.run().failed
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
