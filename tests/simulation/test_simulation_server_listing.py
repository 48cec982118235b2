"""Folders of the archive: what is inside, what is kept out, and how Apache lists it."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.simulation.server.listing import (
    Entry,
    entries,
    files_of,
    index_page,
    place_of,
    rounded_size,
)


@pytest.fixture
def root(tmp_path):
    home = tmp_path / "archive"
    (home / "FTP" / "obs" / "hk").mkdir(parents=True)
    (home / "FTP" / "obs" / "a & b.txt").write_text("four")
    (home / "FTP" / "obs" / "hk" / "x.hk").write_text("x")
    (home / "FTP" / "obs" / "inside.txt").symlink_to(home / "FTP" / "obs" / "hk" / "x.hk")
    (tmp_path / "secret.txt").write_text("secret")
    (home / "beside.txt").write_text("secret")
    (home / "FTP2").mkdir()
    (home / "FTP" / "obs" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (home / "FTP" / "obs" / "out").symlink_to(tmp_path)
    (home / "FTP" / "obs" / "self").symlink_to("self")
    return home


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/FTP/obs/", "FTP/obs"),
        ("/FTP//obs//hk/x.hk", "FTP/obs/hk/x.hk"),
        ("/FTP/obs/../obs/hk", "FTP/obs/hk"),
        ("/FTP/obs/inside.txt", "FTP/obs/hk/x.hk"),
        ("/FTP", "FTP"),
    ],
)
def test_what_is_inside_is_found(root, path, found):
    assert place_of(root, path) == (root / found).resolve()


@pytest.mark.parametrize(
    "path",
    [
        "/FTP/../beside.txt", "/FTP/../../secret.txt", "/FTP2", "/", "/beside.txt", "/FTP/none",
        "/FTP/obs/out.txt", "/FTP/obs/out/secret.txt", "/FTP/obs/self", "/FTP/\0", "//etc/passwd",
        "/FTP/" + 400 * "x", "/FTP/../../../../../../../../etc/passwd",
    ],
)  # fmt: skip
def test_what_is_outside_is_not_found(root, path):
    assert place_of(root, path) is None


@given(st.lists(st.sampled_from(["..", ".", "", "FTP", "obs", "out", "hk", "secret.txt", "~"])))
def test_no_way_leads_out(tmp_path_factory, parts):
    home = tmp_path_factory.getbasetemp() / "ways"
    (home / "archive" / "FTP" / "obs" / "hk").mkdir(parents=True, exist_ok=True)
    (home / "secret.txt").write_text("secret")
    found = place_of(home / "archive", "/" + "/".join(parts))
    assert found is None or found.is_relative_to((home / "archive" / "FTP").resolve())


def test_links_that_lead_out_are_not_listed(root):
    names = [entry.name for entry in entries(root, root / "FTP" / "obs")]
    assert names == ["a & b.txt", "hk/", "inside.txt"]
    paths = files_of(root, root / "FTP" / "obs")
    assert [path.name for path in paths] == ["a & b.txt", "x.hk", "inside.txt"]


class Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs)["href"])


def test_the_page_is_as_apache_writes_it():
    found = [
        Entry("hk/", 4096, 0.0),
        Entry("nu1.cat.gz", 1_234_567, 1.4e9),
        Entry("a<&'b c.txt", 1),
    ]
    page = index_page("/FTP/obs/", found)
    assert "<title>Index of /FTP/obs</title>" in page
    links = Links(page).found
    assert links[:5] == ["?C=N;O=D", "?C=M;O=A", "?C=S;O=A", "?C=D;O=A", "/FTP/"]
    assert [unquote(link) for link in links[5:]] == ["hk/", "nu1.cat.gz", "a<&'b c.txt"]
    assert "a&lt;&amp;'b c.txt</a>" in page
    assert re.search(r">hk/</a> +1970-01-01 00:00    - ", page)
    assert re.search(r">nu1\.cat\.gz</a> +2014-05-13 16:53  1\.2M", page)
    assert re.search(r">Parent Directory</a> +-", page)


def test_a_name_with_a_colon_is_no_address():
    assert Links(index_page("/FTP/", [Entry("http://evil.example.org/x")])).found[-1] == (
        "./http://evil.example.org/x"
    )


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "  0 "), (972, "972 "), (973, "1.0K"), (1024, "1.0K"), (1536, "1.5K"), (9 * 1024, "9.0K"),
        (9 * 1024 + 973, " 10K"), (10_240, " 10K"), (995_000, "972K"), (997_000, "1.0M"), (2**30, "1.0G"),
        (5 * 2**40, "5.0T"), (2**60, "****"),
    ],
)  # fmt: skip
def test_sizes_are_rounded_as_apache_does(size_bytes, text):
    assert rounded_size(size_bytes) == text
