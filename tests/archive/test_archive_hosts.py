"""The hosts of files: HEASARC's web server, Amazon's bucket, a mounted archive, a mirror."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from archive_asks import home, on_disk, places_of
from s3_standin import BUCKET, S3Standin
from standin_content import nustar_folder
from standin_rows import DEC_DEG, RA_DEG

from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.files.download_log import DownloadLog

ONE, TWO = "60001110002", "60001110004"


@pytest.fixture
def ready(session):
    session.find.target = f"{RA_DEG} {DEC_DEG}"
    session.find.run()
    session.find.select(ONE)
    session.download.preset = "everything"
    return session


@pytest.fixture
def bucket(opened):
    with S3Standin(opened.root) as running:
        yield running


@pytest.fixture
def bucket_of_one(opened):
    """A bucket that has the first observation alone."""
    with S3Standin() as running:
        for path, content in opened.files_of(nustar_folder(ONE)).items():
            running.put(nustar_folder(ONE).removeprefix("/FTP/") + path, content)
        yield running


def with_bucket(session, standin, bucket, **more):
    places = places_of(standin, bucket=BUCKET, s3_url=bucket.url, **more)
    session.servers.known["heasarc"] = places


def test_the_bucket_is_the_default_where_it_can_be_read(ready, standin, bucket):
    with_bucket(ready, standin, bucket)
    product = ready.download.run()
    assert ready.files.product.host == "aws"
    assert "Amazon" in ready.files.product.why_host
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
    assert not standin.asked("*/FTP/*")
    assert product.observations[0].state == "done"


def test_without_s3fs_heasarc_is_asked_and_it_says_why(ready, standin, bucket, monkeypatch):
    with_bucket(ready, standin, bucket)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    files = ready.files.run()
    assert files.host == "heasarc"
    assert "pip install 'nuwidgets[aws]'" in files.why_host
    monkeypatch.setitem(sys.modules, "s3fs", None)
    ready.files.host = "aws"
    files = ready.files.run()
    assert "s3fs is not installed" in files.observations[0].problem


def test_more_than_a_thousand_keys(ready, standin, bucket):
    with_bucket(ready, standin, bucket)
    prefix = nustar_folder(ONE).removeprefix("/FTP/")
    bucket.put_many(f"{prefix}extra/", 3000)
    files = ready.files.run()
    assert len([f for f in files.observations[0].files if f.path.startswith("extra/")]) == 3000


def test_an_observation_that_the_bucket_lacks_comes_from_heasarc(ready, standin, bucket_of_one):
    with_bucket(ready, standin, bucket_of_one)
    ready.find.select(ONE, TWO)
    product = ready.download.run()
    roots = [one.root.partition(":")[0] for one in ready.files.product.observations]
    assert roots == ["s3", "http"]
    assert not product.failed
    for obs_id in (ONE, TWO):
        assert on_disk(home(ready, obs_id)) == standin.files_of(nustar_folder(obs_id))


def test_a_mounted_archive_is_linked_and_not_copied(ready, standin):
    ready.servers.known["heasarc"] = places_of(standin, mount=str(standin.root / "FTP"))
    product = ready.download.run()
    assert ready.files.product.host == "sciserver"
    assert "mounted at" in ready.files.product.why_host
    links = [p for p in home(ready).rglob("*") if p.is_symlink()]
    assert len(links) == product.observations[0].n_files
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
    assert not standin.asked("*/FTP/*")
    assert ready.download.run().observations[0].state == "already here"


def test_it_is_copied_where_that_is_asked_for(ready, standin):
    ready.servers.known["heasarc"] = places_of(standin, mount=str(standin.root / "FTP"))
    ready.download.copy = True
    ready.download.run()
    assert not [p for p in home(ready).rglob("*") if p.is_symlink()]
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))
    assert all(entry.sha256 for entry in DownloadLog(home(ready)).entries.values())


def test_links_become_copies_when_the_setting_changes(ready, standin):
    ready.servers.known["heasarc"] = places_of(standin, mount=str(standin.root / "FTP"))
    ready.download.run()
    ready.download.copy = True
    ready.download.run()
    assert not [p for p in home(ready).rglob("*") if p.is_symlink()]
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


@pytest.mark.parametrize("below", ["", "FTP"])
def test_a_mirror_is_a_folder_laid_out_as_the_archive(ready, standin, below):
    ready.download.mirror = str(standin.root / below)
    assert ready.download.host == "mirror"
    ready.download.run()
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_a_mirror_may_be_another_server(ready, standin):
    ready.download.mirror = f"{standin.url}/FTP"
    product = ready.download.run()
    assert not product.failed
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_the_link_service_is_down_and_the_usual_layout_is_taken(ready, standin):
    standin.faults.status("*/datalink/*", 500, times=None)
    product = ready.download.run()
    assert not product.failed
    assert on_disk(home(ready)) == standin.files_of(nustar_folder(ONE))


def test_swift_is_found_in_the_folder_of_its_month(session, standin):
    standin.faults.status("*/datalink/*", 500, times=None)
    session.find.target, session.find.mission = f"{RA_DEG} {DEC_DEG}", "Swift"
    found = session.find.run()
    free = [o for o, why in zip(found.obs_id, found.hindrance, strict=True) if not why]
    session.find.select(free[0])
    product = session.download.run()
    folder = Path(session.download.folder).absolute() / "swift" / free[0]
    names = sorted(on_disk(folder))
    assert not product.failed
    assert any("xpcw3po_cl.evt" in name for name in names)
    assert not any("xwt" in name or "_uf.evt" in name for name in names)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("sciserver", "Cannot use the mounted archive"),
        ("aws", "has no copy at Amazon's"),
        ("mirror", "none is named"),
    ],
)
def test_a_host_that_is_not_here_says_so(ready, host, words):
    ready.download.host = host
    with pytest.raises(InputError, match=words):
        ready.files.run()
    assert ready.files.state is State.FAILED
