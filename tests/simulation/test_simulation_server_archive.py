"""The small HEASARC, asked by the real clients: astroquery, pyvo, requests, fsspec."""

import http.client
import re
import tarfile
import time
from io import BytesIO

import pytest
from astropy.coordinates import SkyCoord

from nuwidgets.errors import FileError, InputError
from nuwidgets.simulation.server.archive import ArchiveServer
from nuwidgets.simulation.server.tables import ArchiveContent


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    from archive_standin import ArchiveStandin

    with ArchiveStandin(tmp_path_factory.mktemp("archive")) as opened:
        yield opened


@pytest.fixture
def heasarc(standin):
    return standin.client()


@pytest.fixture(scope="module")
def source():
    return SkyCoord(359.99, -35.0, unit="deg")


@pytest.fixture(scope="module")
def folder(standin):
    from standin_content import nustar_folder

    return nustar_folder("60001110002")


def get(url, **headers):
    import requests

    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers={"Accept-Encoding": "identity", **headers}, timeout=10)


def test_the_client_lists_the_catalogues(heasarc):
    table = heasarc.list_catalogs()
    assert list(table["name"]) == ["numaster", "swiftmastr", "nuaftersev"]
    assert list(heasarc.list_catalogs(master=True, keywords="nustar")["name"]) == ["numaster"]
    assert table["description"][2] == "NuSTAR <Serendipitous> Survey & Swift"


def test_the_client_knows_radius_and_columns(heasarc):
    assert str(heasarc.get_default_radius("numaster")) == "15.0 arcmin"
    assert str(heasarc.get_default_radius("swiftmastr")) == "12.0 arcmin"
    usual = heasarc.list_columns("numaster")
    assert list(usual["name"])[:5] == ["name", "ra", "dec", "time", "obsid"]
    assert len(usual) == 12
    every = heasarc.list_columns("numaster", full=True)
    assert list(every["name"])[-1] == "__row"
    assert every["unit"][1] == "deg"


def test_one_catalogue_can_be_looked_at(standin):
    assert "<name>swiftmastr</name>" in get(f"{standin.server.vo_url}/tap/tables/swiftmastr").text
    assert get(f"{standin.server.vo_url}/tap/tables/nothing").status_code == 404


def test_a_cone_gives_the_rows_in_it(heasarc, source):
    table = heasarc.query_region(source, catalog="numaster")
    assert len(table) == 11
    assert list(table["obsid"])[3] == "00001110002"
    assert table["name"][0] == "Barnard's <A & B>"
    assert table.colnames[-1] == "__row"
    assert [bool(value) for value in table["time"].mask] == [False] * 6 + [True] + [False] * 4
    assert len(heasarc.query_region(source, catalog="numaster", radius="5 arcmin")) == 10


@pytest.mark.parametrize(
    ("how", "count"),
    [
        ({"spatial": "box", "width": "0.1 deg"}, 10),
        ({"spatial": "polygon", "polygon": [(359, -36), (1, -36), (1, -34.9), (359, -34.9)]}, 10),
        ({"spatial": "all-sky"}, 12),
    ],
)
def test_other_shapes(heasarc, source, how, count):
    import contextlib

    told = "polygon" in how
    with pytest.warns(UserWarning, match="decimal degree") if told else contextlib.nullcontext():
        table = heasarc.query_region(source, catalog="numaster", **how)
    assert len(table) == count


def test_columns_can_be_chosen_and_the_offset_added(heasarc, source):
    table = heasarc.query_region(
        source, catalog="numaster", columns="obsid,title,pi_lname,issue_flag", add_offset=True
    )
    assert table.colnames == ["obsid", "title", "pi_lname", "issue_flag", "search_offset"]
    assert table["title"][0] == 'ACCRETION > 0.1 "EDDINGTON" & <OUTFLOWS>'
    assert table["pi_lname"][0] == "Müller"
    assert table["search_offset"][-1] == pytest.approx(9.0)
    every = heasarc.query_region(source, catalog="swiftmastr", columns="*")
    assert len(every) == 7
    assert every["xrt_expo_wt"].unit == "s"


def test_nothing_found_is_an_empty_table(heasarc):
    from astroquery.exceptions import NoResultsWarning

    far = SkyCoord(100.0, 50.0, unit="deg")
    with pytest.warns(NoResultsWarning, match="No matching rows"):
        table = heasarc.query_region(far, catalog="numaster")
    assert len(table) == 0
    assert "obsid" in table.colnames


def test_rows_are_cut_at_what_is_asked_for(heasarc, source):
    assert len(heasarc.query_region(source, catalog="numaster", maxrec=3)) == 3


def test_observations_are_found_by_number(heasarc):
    query = "SELECT obsid, name FROM numaster WHERE obsid IN ('00001110002', '60001110002')"
    assert list(heasarc.query_tap(query).to_table()["obsid"]) == ["60001110002", "00001110002"]


def test_a_bad_query_is_an_error_of_the_query(heasarc):
    from pyvo.dal import DALQueryError

    with pytest.raises(DALQueryError, match="no column 'objid'"):
        heasarc.query_tap("SELECT objid FROM numaster")
    with pytest.raises(DALQueryError, match="Cannot use MAXREC '-1'"):
        heasarc.query_tap("SELECT obsid FROM numaster", maxrec=-1)


def test_a_query_may_stand_in_the_address(standin):
    url = f"{standin.server.vo_url}/tap/sync?request=doQuery&lang=ADQL&maxrec=1"
    text = get(f"{url}&query=SELECT+obsid+FROM+numaster").text
    assert text.count("<TR>") == 1
    assert 'value="OVERFLOW"' in text


def test_capabilities_are_told(heasarc):
    assert heasarc.tap.hardlimit == 100_000


def test_links_lead_to_the_data_or_say_why_not(heasarc, standin, source):
    rows = heasarc.query_region(source, catalog="numaster")
    links = heasarc.locate_data(rows)
    assert len(links) == len(rows)
    assert links["ID"][0] == "ivo://nasa.heasarc/numaster?1001"
    assert links["access_url"][0] == f"{standin.url}/FTP/nustar/data/obs/00/6//60001110002/"
    assert links["sciserver"][0] == "/FTP/nustar/data/obs/00/6/60001110002/"
    assert links["aws"][0] == "s3://nasa-heasarc/nustar/data/obs/00/6/60001110002/"
    files = standin.files_of("/FTP/nustar/data/obs/00/6/60001110002/")
    assert links["content_length"][0] == sum(len(content) for content in files.values())
    assert links["content_length"].unit == "byte"
    said = [str(message) for message in links["error_message"]]
    assert said[:5] == [""] * 5
    assert said[5] == "No data products were found for this row"


def test_links_can_be_got_and_an_unknown_row_is_said(standin):
    url = f"{standin.server.vo_url}/datalink/numaster"
    text = get(f"{url}?ID=ivo://nasa.heasarc/numaster?1001&id=77").text
    assert text.count("<TD>directory</TD>") == 1
    assert "<TD>#preview</TD>" in text
    assert "NotFoundFault: numaster has no row 77" in text
    assert get(f"{standin.server.vo_url}/datalink/nothing?ID=1").status_code == 404


def test_the_client_downloads_whole_folders(heasarc, standin, source, tmp_path):
    rows = heasarc.query_region(source, catalog="numaster")[[0, 3, 7]]
    heasarc.download_data(heasarc.locate_data(rows), host="heasarc", location=str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00001110002", "60001110002"]
    for obs_id, place in (("60001110002", "00/6"), ("00001110002", "00/0")):
        files = standin.files_of(f"/FTP/nustar/data/obs/{place}/{obs_id}/")
        got = {
            path.relative_to(tmp_path / obs_id).as_posix(): path.read_bytes()
            for path in (tmp_path / obs_id).rglob("*")
            if path.is_file()
        }
        assert got == files
        assert len(got) == 14


def test_a_tar_may_hold_a_part_of_a_folder(standin, folder):
    import requests

    for asked, names in (
        (f">{folder}event_cl/&&>{folder}hk/&&", {"event_cl", "hk"}),
        (f">{folder}nu60001110002.cat.gz&&", {"nu60001110002.cat.gz"}),
    ):
        form = {"files": asked, "filter": ""}
        answer = requests.post(standin.server.tar_url, data=form, timeout=10)
        with tarfile.open(fileobj=BytesIO(answer.content), mode="r:") as tar:
            assert {name.partition("/")[0] for name in tar.getnames()} == names
        assert len(answer.content) % 10_240 == 0


def test_a_tar_of_nothing_is_not_found(heasarc, standin, tmp_path):
    import requests
    from astropy.table import Table

    links = Table({"access_url": [f"{standin.url}/FTP/../../etc/"], "error_message": [""]})
    assert heasarc.tap  # without it, this client has no session to download with
    with pytest.raises(requests.HTTPError, match="404"):
        heasarc.download_data(links, location=str(tmp_path))


def test_a_file_is_sent_whole_with_what_is_known_of_it(standin, folder):
    name = f"{folder}event_cl/nu60001110002A01_cl.evt.gz"
    path = standin.root / name.strip("/")
    answer = get(standin.url + name)
    assert answer.content == path.read_bytes()
    assert answer.headers["Content-Length"] == str(path.stat().st_size)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "application/x-gzip"
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"].strip('"')
    assert get(standin.url + name, If_None_Match=answer.headers["ETag"]).status_code == 304
    since = answer.headers["Last-Modified"]
    assert get(standin.url + name, If_Modified_Since=since).status_code == 304


@pytest.fixture(params=[None, 50_000_000.0], ids=["quick", "throttled"])
def served(request, tmp_path):
    (tmp_path / "FTP" / "obs").mkdir(parents=True)
    (tmp_path / "FTP" / "obs" / "x.evt").write_bytes(bytes(range(250)) * 400)
    (tmp_path / "FTP" / "obs" / "empty.txt").write_bytes(b"")
    content = ArchiveContent(tmp_path, (), {})
    with ArchiveServer(content, rate_bytes_per_s=request.param) as server:
        yield server


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=99000-", slice(99_000, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=99990-200000", slice(99_990, None)),
    ],
)
def test_parts_of_files(served, asked, part):
    whole = (served.content.root / "FTP" / "obs" / "x.evt").read_bytes()
    answer = get(f"{served.url}/FTP/obs/x.evt", Range=asked)
    start, stop, _ = part.indices(len(whole))
    assert answer.status_code == 206
    assert answer.content == whole[part]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=100000-", "bytes=9-5", "bytes=a-b"])
def test_a_part_that_is_not_there(served, asked):
    answer = get(f"{served.url}/FTP/obs/x.evt", Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100000"


def test_a_part_of_a_file_that_has_changed_is_the_whole(served):
    url = f"{served.url}/FTP/obs/x.evt"
    head = get(url).headers
    for known in (head["ETag"], head["Last-Modified"]):
        answer = get(url, Range="bytes=5-", If_Range=known)
        assert (answer.status_code, len(answer.content)) == (206, 99_995)
    for other in ('"other"', "Mon, 01 Jan 2001 00:00:00 GMT"):
        answer = get(url, Range="bytes=5-", If_Range=other)
        assert (answer.status_code, len(answer.content)) == (200, 100_000)


def test_the_head_alone_and_an_empty_file(served):
    import requests

    head = requests.head(f"{served.url}/FTP/obs/x.evt", timeout=10)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, "100000", b"")
    assert head.headers["ETag"] == get(f"{served.url}/FTP/obs/x.evt").headers["ETag"]
    empty = get(f"{served.url}/FTP/obs/empty.txt")
    assert (empty.status_code, empty.content) == (200, b"")
    assert requests.put(f"{served.url}/FTP/obs/x.evt", data=b"x", timeout=10).status_code == 405


def test_a_packed_file_beside_a_plain_one_does_not_stand_for_it(served):
    (served.content.root / "FTP" / "obs" / "x.evt.gz").write_bytes(b"other")
    answer = get(f"{served.url}/FTP/obs/x.evt", Accept_Encoding="gzip")
    assert len(answer.content) == 100_000
    assert "Content-Encoding" not in answer.headers


def test_fsspec_reads_and_lists(standin, folder):
    import fsspec

    files = fsspec.filesystem("http", skip_instance_cache=True, use_listings_cache=False)
    url = f"{standin.url}{folder}hk/"
    names = [name.rpartition("/")[2] for name in files.ls(url, detail=False)]
    assert {"nu60001110002A_fpm.hk.gz", "nu60001110002B_fpm.hk.gz"} < set(names)
    info = files.info(f"{url}nu60001110002A_fpm.hk.gz")
    whole = files.cat_file(f"{url}nu60001110002A_fpm.hk.gz")
    assert info["size"] == len(whole)
    assert info["ETag"]
    assert files.cat_file(f"{url}nu60001110002A_fpm.hk.gz", start=10, end=20) == whole[10:20]
    with pytest.raises(FileNotFoundError):
        files.info(f"{url}nothing.gz")


def test_a_folder_is_listed_as_apache_does(standin, folder):
    answer = get(f"{standin.url}{folder}")
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    links = re.findall(r'<a href="([^"]+)">', answer.text)
    assert links[:4] == ["?C=N;O=D", "?C=M;O=A", "?C=S;O=A", "?C=D;O=A"]
    assert links[4:] == [
        "/FTP/nustar/data/obs/00/6/", "auxil/", "event_cl/", "event_uf/", "hk/",
        "nu60001110002.cat.gz",
    ]  # fmt: skip
    assert get(f"{standin.url}{folder}?C=S;O=A").text == answer.text
    moved = get(standin.url + folder.rstrip("/"))
    assert [one.status_code for one in moved.history] == [301]
    assert moved.url == standin.url + folder


@pytest.mark.parametrize(
    "path",
    [
        "/FTP/../outside.txt", "/FTP/%2e%2e/outside.txt", "/FTP/..%2foutside.txt", "/outside.txt",
        "/FTP/link.txt", "/FTP/up/outside.txt", "/FTP/%00", "//FTP/../outside.txt", "/FTPoutside.txt",
        "/FTP/../../../../../../../../etc/passwd", "/", "/icons/blank.gif",
    ],
)  # fmt: skip
def test_nothing_outside_is_served(tmp_path, path):
    (tmp_path / "FTP").mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "FTP" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "FTP" / "up").symlink_to(tmp_path)
    with ArchiveServer(ArchiveContent(tmp_path, (), {})) as server:
        connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
    assert answer.status == 404
    assert b"secret" not in text
    assert b"root:" not in text


def test_the_rate_is_shared_by_all_transfers(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    (tmp_path / "FTP").mkdir()
    (tmp_path / "FTP" / "x.evt").write_bytes(bytes(100_000))
    with ArchiveServer(ArchiveContent(tmp_path, (), {}), rate_bytes_per_s=400_000.0) as server:
        began = time.perf_counter()
        with ThreadPoolExecutor(4) as pool:
            sizes = list(pool.map(lambda _: len(get(f"{server.url}/FTP/x.evt").content), range(4)))
        seconds = time.perf_counter() - began
    assert sizes == [100_000] * 4
    assert seconds > 0.9


def test_the_hook_is_asked_first_and_may_answer(tmp_path):
    from aiohttp import web

    async def hook(request):
        seen.append(request.path)
        return web.Response(text="mine", status=503) if request.path == "/FTP/mine" else None

    seen = []
    (tmp_path / "FTP").mkdir()
    with ArchiveServer(ArchiveContent(tmp_path, (), {}), hook=hook) as server:
        assert (get(f"{server.url}/FTP/mine").status_code, get(f"{server.url}/FTP/mine").text) == (
            503,
            "mine",
        )
        assert get(f"{server.url}/FTP/other").status_code == 404
        assert get(f"{server.url}/FTP/").status_code == 200
    assert seen == ["/FTP/mine", "/FTP/mine", "/FTP/other", "/FTP/"]


def test_it_opens_closes_and_opens_at_the_same_port(tmp_path):
    import requests

    server = ArchiveServer(ArchiveContent(tmp_path, (), {}))
    with pytest.raises(InputError, match="has no address yet"):
        _ = server.url
    server.close()
    (tmp_path / "FTP").mkdir()
    assert repr(server.start()) == "ArchiveServer([], open)"
    url = server.start().url
    assert get(f"{url}/FTP/").status_code == 200
    server.close()
    server.close()
    assert repr(server) == "ArchiveServer([], closed)"
    with pytest.raises(requests.ConnectionError):
        get(f"{url}/FTP/")
    with server:
        assert server.url == url
        assert get(f"{url}/FTP/").status_code == 200
        other = ArchiveServer(ArchiveContent(tmp_path, (), {}))
        other._port = int(url.rpartition(":")[2])
        with pytest.raises(FileError, match="Cannot open a port for the archive server"):
            other.start()
        assert repr(other) == "ArchiveServer([], closed)"


def test_closing_cuts_transfers_at_once(tmp_path):
    import requests

    (tmp_path / "FTP").mkdir()
    (tmp_path / "FTP" / "x.evt").write_bytes(bytes(1_000_000))
    server = ArchiveServer(ArchiveContent(tmp_path, (), {}), rate_bytes_per_s=50_000.0).start()
    with requests.get(f"{server.url}/FTP/x.evt", stream=True, timeout=10) as answer:
        assert next(answer.iter_content(100))
        began = time.perf_counter()
        server.close()
        assert time.perf_counter() - began < 2
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(answer.iter_content(100))
