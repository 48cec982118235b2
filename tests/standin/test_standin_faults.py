"""Each fault of the stand-in does what it says; without faults it is the archive."""

import contextlib
import gzip
import http.client
import re
import socket
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests  # noqa: TID253 - what the real clients speak with
from archive_standin import ArchiveStandin, Asked
from faults import free_url
from s3_standin import BUCKET, S3Standin
from standin_content import many_files, nustar_folder
from standin_rows import NUSTAR_SECRET, NUSTAR_WITH_DATA

FOLDER = nustar_folder("60001110002")
NAME = f"{FOLDER}event_cl/nu60001110002A01_cl.evt.gz"
ANY = "*A01_cl.evt.gz"
GONE = requests.exceptions.ConnectionError


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with ArchiveStandin(tmp_path_factory.mktemp("archive")) as standin:
        yield standin


@pytest.fixture
def standin(opened):
    opened.requests.clear()
    yield opened
    opened.faults.clear()
    opened.server.start()


@pytest.fixture(scope="module")
def whole(opened):
    return (opened.root / NAME.strip("/")).read_bytes()


def get(standin, name=NAME, timeout=10, **headers):
    headers = {"Accept-Encoding": "identity", **headers}
    return requests.get(standin.url + name, headers=headers, timeout=timeout)


def received(standin, name=NAME, timeout=10, **headers):
    """Give all bytes that come, to the last one, and whether fewer came than were promised."""
    connection = http.client.HTTPConnection(standin.url.rpartition("/")[2], timeout=timeout)
    connection.request("GET", name, headers=headers)
    answer = connection.getresponse()
    promised, got = answer.length, b""
    with contextlib.suppress(TimeoutError, ConnectionError), contextlib.closing(connection):
        while chunk := answer.read1(1000):
            got += chunk
    return got, len(got) < promised


def test_without_faults_all_is_as_it_is(standin, whole):
    assert received(standin) == (whole, False)
    assert standin.requests == [Asked("GET", NAME, "")]
    received(standin, Range="bytes=5-")
    assert standin.asked(ANY, "GET")[1].range == "bytes=5-"
    assert standin.asked("*.nothing") == []


def test_files_are_what_they_say(standin):
    from astropy.io import fits

    for obs_id in NUSTAR_WITH_DATA:
        for name, content in standin.files_of(nustar_folder(obs_id)).items():
            plain = gzip.decompress(content)
            assert plain.startswith(b"SIMPLE  =") or "TLE" in name
    path = standin.root / NAME.strip("/")
    with fits.open(path, checksum=True) as hdus:
        assert len(hdus["EVENTS"].data) == 6000
        assert hdus["EVENTS"].header["OBS_ID"] == "60001110002"
    for obs_id in NUSTAR_SECRET:
        names = list(standin.files_of(nustar_folder(obs_id)))
        assert names
        assert all(name.endswith(".gpg") for name in names)


def test_delay(standin, whole):
    standin.faults.delay(ANY, 0.3, times=1)
    began = time.perf_counter()
    assert get(standin).content == whole
    assert time.perf_counter() - began > 0.3
    assert get(standin, f"{FOLDER}nu60001110002.cat.gz").ok
    assert get(standin).content == whole


def test_hang(standin):
    standin.faults.hang(ANY)
    with pytest.raises(requests.exceptions.ReadTimeout):
        get(standin, timeout=0.3)


def test_trickle(standin, whole):
    standin.faults.trickle(ANY, len(whole) / 0.5)
    began = time.perf_counter()
    assert get(standin).content == whole
    assert 0.4 < time.perf_counter() - began < 5


def test_stall(standin):
    standin.faults.stall(ANY, 5000)
    got, is_cut = received(standin, timeout=0.3)
    assert (len(got), is_cut) == (5000, True)


def test_cut_after_so_many_bytes_and_only_once(standin, whole):
    standin.faults.cut(ANY, after_bytes=12_345)
    got, is_cut = received(standin)
    assert (got, is_cut) == (whole[:12_345], True)
    assert received(standin, Range=f"bytes={len(got)}-") == (whole[len(got) :], False)


def test_cut_at_random_is_the_same_for_a_seed(standin, whole):
    lengths = []
    for seed in (1, 1, 2):
        standin.faults.clear()
        standin.faults.cut(ANY, times=2, seed=seed)
        first, second = received(standin), received(standin, Range="bytes=1000-")
        assert (first[1], second[1]) == (True, True)
        assert first[0] == whole[: len(first[0])]
        assert second[0] == whole[1000 : 1000 + len(second[0])]
        lengths.append((len(first[0]), len(second[0])))
    assert lengths[0] == lengths[1] != lengths[2]


def test_status_for_the_first_requests_of_each_path(standin, whole):
    standin.faults.status("*_cl.evt.gz", 503, times=2, retry_after_s=7)
    other = NAME.replace("A01", "B01")
    codes = [get(standin, name).status_code for name in (NAME, other, NAME, NAME, other, other)]
    assert codes == [503, 503, 503, 200, 503, 200]
    standin.faults.clear()
    standin.faults.status("/xamin/*", 429, times=None, retry_after_s=1)
    answer = get(standin, "/xamin/vo/tap/tables")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert get(standin).content == whole


def test_several_faults_come_one_after_the_other(standin, whole):
    standin.faults.status(ANY, 500)
    standin.faults.cut(ANY, after_bytes=10)
    assert get(standin).status_code == 500
    assert received(standin) == (whole[:10], True)
    assert received(standin) == (whole, False)


def test_an_error_page_comes_as_success(standin):
    standin.faults.error_page(ANY)
    answer = get(standin)
    assert answer.status_code == 200
    assert answer.content.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("extra_bytes", [100, -100])
def test_wrong_length(standin, whole, extra_bytes):
    standin.faults.wrong_length(ANY, extra_bytes)
    head = requests.head(standin.url + NAME, timeout=10)
    assert int(head.headers["Content-Length"]) == len(whole) + extra_bytes
    got, is_cut = received(standin)
    assert is_cut == (extra_bytes > 0)
    assert got == whole[: len(whole) + min(extra_bytes, 0)]


def test_truncated(standin, whole):
    standin.faults.truncate(ANY, keep=0.25)
    assert received(standin) == (whole[: len(whole) // 4], False)
    assert int(requests.head(standin.url + NAME, timeout=10).headers["Content-Length"]) == len(
        whole
    )
    assert received(standin) == (whole, False)


def test_corrupted(standin, whole):
    standin.faults.corrupt(ANY, count=3, seed=5)
    got, is_cut = received(standin)
    assert (len(got), is_cut) == (len(whole), False)
    assert 1 <= sum(a != b for a, b in zip(got, whole, strict=True)) <= 3
    with pytest.raises((zlib.error, gzip.BadGzipFile)):
        gzip.decompress(got)


def test_ranges_ignored(standin, whole):
    standin.faults.ignore_range(ANY)
    answer = get(standin, Range="bytes=1000-")
    assert (answer.status_code, answer.content) == (200, whole)
    assert "Accept-Ranges" not in answer.headers


def test_said_to_be_packed_for_the_way(standin, whole):
    standin.faults.encoded(ANY)
    answer = get(standin)
    assert answer.headers["Content-Length"] == str(len(whole))
    assert answer.content == gzip.decompress(whole)


@pytest.mark.parametrize(
    "names", [["../../evil.txt", "/etc/evil.txt", "ok.txt", "http://example.org/y"], []]
)
def test_names_in_listings(standin, names):
    standin.faults.names(f"{FOLDER}hk/", names)
    text = get(standin, f"{FOLDER}hk/").text
    links = re.findall(r'<a href="([^"]+)">', text)[5:]
    assert links == [name if ":" not in name else f"./{name}" for name in names]


def test_three_thousand_files(standin):
    folder = nustar_folder("90009999002")
    names = many_files(standin.root, folder, 3000)
    links = re.findall(r'<a href="([^"]+)">', get(standin, folder).text)[5:]
    assert links == names
    assert get(standin, f"{folder}{names[-1]}").text == f"{names[-1]}\n"


def test_gone_half_way_cuts_all_and_can_come_back(standin, whole):
    other = NAME.replace("A01", "B01")
    standin.faults.stall(other, 1000)
    standin.faults.gone(ANY, 2000)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(received, standin, other)
        while not standin.asked(other):
            time.sleep(0.01)
        assert received(standin) == (whole[:2000], True)
        assert waiting.result(timeout=5)[1]
    url = standin.url
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=1)
        except GONE:
            break
    with pytest.raises(GONE):
        get(standin)
    standin.server.start()
    assert standin.url == url
    assert received(standin) == (whole, False)


def test_nobody_listens_at_a_free_address():
    host, _, port = free_url().removeprefix("http://").partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=2)


def test_names_are_resolved_by_astropy(standin):
    from astropy.coordinates import SkyCoord
    from astropy.coordinates.name_resolve import NameResolveError, sesame_url

    with sesame_url.set([standin.sesame_url]):
        found = SkyCoord.from_name("T  Pyx")
        assert (found.ra.deg, found.dec.deg) == pytest.approx((136.172542, -32.379861), abs=1e-4)
        found = SkyCoord.from_name("Barnard's <A & B>")
        assert (found.ra.deg, found.dec.deg) == pytest.approx((359.99, -35.0))
        with pytest.raises(NameResolveError, match="Unable to find coordinates for name 'Nobody'"):
            SkyCoord.from_name("Nobody")
    with sesame_url.set([f"{free_url()}/"]), pytest.raises(NameResolveError, match="All Sesame"):
        SkyCoord.from_name("T Pyx")


@pytest.fixture(scope="module")
def bucket(opened):
    with S3Standin(opened.root) as standin:
        yield standin


def test_the_bucket_has_the_archives_files(bucket, whole):
    files = bucket.filesystem()
    key = f"{BUCKET}/{NAME.removeprefix('/FTP/')}"
    assert files.info(key)["size"] == len(whole)
    assert files.cat_file(key) == whole
    assert files.cat_file(key, start=100, end=200) == whole[100:200]
    names = files.ls(f"{BUCKET}{FOLDER.removeprefix('/FTP')}", detail=False)
    assert [name.rpartition("/")[2] for name in names] == [
        "auxil", "event_cl", "event_uf", "hk", "nu60001110002.cat.gz",
    ]  # fmt: skip


def test_three_thousand_keys_are_listed(bucket):
    keys = bucket.put_many("nustar/data/obs/99/9/99999999999/many")
    files = bucket.filesystem()
    found = files.find(f"{BUCKET}/nustar/data/obs/99/9/99999999999/")
    assert found == [f"{BUCKET}/{key}" for key in keys]
    assert len(files.ls(f"{BUCKET}/nustar/data/obs/99/9/99999999999/many")) == 3000
    assert files.cat_file(found[-1]) == f"{keys[-1]}\n".encode()


def test_the_client_downloads_from_the_bucket(standin, bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = standin.client()
    rows = client.query_tap("SELECT * FROM swiftmastr WHERE obsid = '00032106003'").to_table()
    links = client.locate_data(rows, "swiftmastr")
    client.download_data(links, host="aws", location=str(tmp_path))
    got = {p.name for p in (tmp_path / "00032106003").rglob("*") if p.is_file()}
    files = standin.files_of("/FTP/swift/data/obs/2011_08/00032106003/")
    assert got == {name.rpartition("/")[2] for name in files}
