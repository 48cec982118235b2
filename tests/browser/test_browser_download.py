"""The download panel in a real JupyterLab: list, tick, download, stop, go on; both themes."""

from __future__ import annotations

import json
import time

import pytest

pytestmark = pytest.mark.browser

PANEL = """
import time
from aiohttp import web
import nuwidgets as nw
from nuwidgets.archive.places import Places
from nuwidgets.panels.download import DownloadPanel
from nuwidgets.simulation.archive_content import demo_content
from nuwidgets.simulation.server.archive import ArchiveServer
lost = []
async def refuse(request):
    if any(name in request.path for name in lost):
        return web.Response(status=404)
server = ArchiveServer(demo_content(), rate_bytes_per_s=1_500_000.0, hook=refuse).start()
s = nw.Session()
s.servers.known["demo"] = Places("The simulated archive", server.vo_url, server.data_url, "", "",
    names=(("SIMULATED AGN", 280.0, 35.0),), remembered=False)
s.find.server, s.find.target = "demo", "SIMULATED AGN"
found = s.find.run()
ends = []
s.download.observe(lambda change: ends.append((time.time(), change["new"].value)), "state")
panel = DownloadPanel(s)
panel
"""
ONE, TWO, THREE = "99601110002", "99701110002", "99801110002"
ATTITUDE = f"{ONE}/auxil/nu{ONE}_att.fits.gz"
BOX = ".nuw-panel"


@pytest.fixture(scope="module")
def bench(lab):
    lab.page.set_viewport_size({"width": 1180, "height": 1100})
    lab.open_notebook([PANEL])
    lab.run_all(until=f"{BOX} .nuw-sentence")
    lab.python(f"_ = s.find.select({ONE!r}, {TWO!r}, {THREE!r})")
    return lab


def click(lab, name):
    lab.page.get_by_role("button", name=name, exact=True).click()


def tick(lab, key):
    return lab.page.locator(f'{BOX} tr[data-key="{key}"] input')


def shown(lab, words):
    lab.page.wait_for_function(
        "([box, words]) => document.querySelector(box)?.innerText.includes(words)", arg=[BOX, words]
    )


def in_both_themes(lab, name):
    lab.page.wait_for_timeout(300)
    lab.screenshot(f"{name}_light", BOX)
    lab.theme("dark")
    lab.page.wait_for_timeout(300)
    lab.screenshot(f"{name}_dark", BOX)
    lab.theme("light")


def test_files_are_listed_and_ticked(bench):
    bench.screenshot("download_selected", BOX)
    assert bench.page.get_by_role("button", name="Download", exact=True).is_disabled()
    click(bench, "List files")
    bench.wait_python("s.files.state.value == 'fresh'", seconds=10)
    shown(bench, "15 of 36 files, ")
    assert tick(bench, ATTITUDE).is_checked()
    in_both_themes(bench, "download_listed")
    bench.page.locator(f'{BOX} tr[data-key="{ATTITUDE}"] .nuw-tick').click()
    bench.wait_python(f"s.download.without == ({ATTITUDE!r},)")
    shown(bench, "14 of 36 files, ")
    shown(bench, "1 left out by hand")
    assert not tick(bench, ATTITUDE).is_checked()
    bench.page.locator(f"{BOX} .nuw-tool-undo").click()
    bench.wait_python("s.download.without == ()")
    bench.page.wait_for_function(
        "box => document.querySelector(box).checked", arg=f'{BOX} tr[data-key="{ATTITUDE}"] input'
    )


def test_the_filter_and_the_fold(bench):
    words = bench.page.locator(f"{BOX} .nuw-table-bar input")
    words.fill("live time")
    shown(bench, "6 of 36 rows")
    words.fill("")
    click(bench, "Files ▴")
    bench.page.wait_for_selector(f"{BOX} tr[data-key]", state="hidden")
    click(bench, "Files ▾")
    bench.page.wait_for_selector(f"{BOX} tr[data-key]")


def test_stop_answers_within_a_second_and_go_on_ends_it(bench):
    bench.page.locator(f"{BOX} select").first.select_option("everything")
    bench.wait_python("s.download.preset == 'everything'")
    shown(bench, "all 36 files, ")
    click(bench, "Download")
    bench.page.wait_for_selector(f"{BOX} .nuw-fare .nuw-running")
    bench.page.wait_for_timeout(800)
    in_both_themes(bench, "download_moving")
    bench.python("ends.clear()")
    clicked_s = time.time()
    click(bench, "Stop")
    bench.wait_python("s.download.state.value != 'running'")
    stopped_s, state = json.loads(bench.python("import json; print(json.dumps(ends[0]))"))
    print(f"stopped {stopped_s - clicked_s:.2f} s after the click")
    assert state == "empty"
    assert stopped_s - clicked_s < 1.0
    shown(bench, "● begun")
    in_both_themes(bench, "download_stopped")
    click(bench, "Go on")
    bench.wait_python("s.download.state.value == 'fresh'", seconds=60)
    shown(bench, "Check")
    assert int(bench.python("len(s.datasets)")) == 6
    assert bench.python("print(panel.message.value)") == ""
    in_both_themes(bench, "download_done")


def test_a_failure_is_said_and_the_rest_comes(bench):
    bench.python(f"lost.append('nu{TWO}B01_cl'); s.download.folder = 'elsewhere'")
    bench.page.locator(f"{BOX} select").first.select_option("cleaned events")
    shown(bench, "15 of 36 files, ")
    click(bench, "Download")
    shown(bench, "1 of 3 failed")
    shown(bench, "One observation failed.")
    assert bench.page.locator(f"{BOX} .nuw-fare .nuw-state.nuw-failed").count() == 1
    in_both_themes(bench, "download_failed")
    bench.page.set_viewport_size({"width": 620, "height": 1200})
    bench.page.wait_for_timeout(500)
    bench.screenshot("download_failed_narrow", BOX)
    width = (
        "box => [document.querySelector(box).scrollWidth, document.querySelector(box).clientWidth]"
    )
    inner, outer = bench.page.evaluate(width, BOX)
    assert inner <= outer
    bench.page.set_viewport_size({"width": 1180, "height": 1100})
    bench.python("lost.clear()")
    click(bench, "Go on")
    bench.wait_python("s.download.state.value == 'fresh'", seconds=30)
    shown(bench, "Check")


def test_nothing_went_wrong_in_the_browser(bench):
    assert bench.messages == []
