"""The pipeline panel in a real JupyterLab, on a stand-in for HEASoft: watch, stop, reorder; themes."""

from __future__ import annotations

import os
import time

import pytest
from headas_standin import headas_environ, make_headas

from nuwidgets.simulation.archive_folder import write_folder
from nuwidgets.simulation.truth import Truth

pytestmark = pytest.mark.browser

ONE, TWO = "99901110002", "99901110004"
PANEL = """
import os
os.environ.update({environ!r})
import nuwidgets as nw
from nuwidgets.panels.pipeline import PipelinePanel
s = nw.Session(live=False)
s.download.folder = {home!r}
s.pipeline.folders = {folders!r}
s.pipeline.at_once, s.pipeline.opens = 3, False
panel = PipelinePanel(s)
panel
"""
TASK = """
import os
os.environ.update({environ!r})
import nuwidgets as nw
from nuwidgets.panels.task import TaskPanel
s = nw.Session(live=False)
s.download.folder = {home!r}
panel = TaskPanel(s)
panel
"""
BOX = ".nuw-panel"
LINES = f"{BOX} .nuw-log-line"
CHATTY = 200_000
AT_END = """() => {
  const frame = document.querySelector(".nuw-log-lines");
  return frame.scrollHeight - frame.scrollTop - frame.clientHeight < 6;
}"""
FRAMES = """async (seconds) => {
  const gaps = [];
  let last = performance.now();
  const end = last + 1000 * seconds;
  await new Promise((done) => {
    const tick = (now) => {
      gaps.push(now - last); last = now;
      if (now < end) requestAnimationFrame(tick); else done();
    };
    requestAnimationFrame(tick);
  });
  return { fps: (1000 * gaps.length) / gaps.reduce((a, b) => a + b), worst: Math.max(...gaps) };
}"""


@pytest.fixture(scope="module")
def bench(lab, tmp_path_factory):
    home = tmp_path_factory.mktemp("pipeline")
    folders = []
    for obs_id in (ONE, TWO):
        (home / obs_id).mkdir()
        write_folder(home / obs_id, Truth(exposure_s=5000.0, obs_id=obs_id))
        folders.append(str(home / obs_id))
    faults = (
        f"nupipeline:nuhotpix@{ONE}-FPMB=fail",
        f"nupipeline:nuflagbad@{ONE}-FPMA=ansi",
        f"nupipeline:nucoord@{TWO}-FPMB=chatty",
    )
    environ = headas_environ(
        make_headas(home), STANDIN_PAUSE_S="0.5", STANDIN_FAULT=",".join(faults)
    )
    changed = {key: value for key, value in environ.items() if os.environ.get(key) != value}
    lab.page.set_viewport_size({"width": 1000, "height": 1250})
    lab.environ, lab.home = changed, str(home / "data")
    lab.open_notebook([PANEL.format(environ=changed, home=lab.home, folders=tuple(folders))])
    lab.run_all(until=f"{BOX} .nuw-sentence")
    return lab


def click(lab, name):
    lab.page.get_by_role("button", name=name, exact=True).click()


def shown(lab, words, seconds=30):
    lab.page.wait_for_function(
        "([box, words]) => document.querySelector(box)?.innerText.includes(words)",
        arg=[BOX, words], timeout=1000 * seconds,
    )  # fmt: skip


def run_line(lab, subject):
    return lab.page.locator(f'{BOX} .nuw-run[data-key="{subject} nupipeline"]')


def state_of(lab, subject):
    return run_line(lab, subject).locator(".nuw-run-state").inner_text()[2:]


def wait_for(lab, subject, state, seconds=30):
    end = time.monotonic() + seconds
    while state_of(lab, subject) != state:
        assert time.monotonic() < end, f"{subject} is {state_of(lab, subject)}, not {state}"
        lab.page.wait_for_timeout(50)


def pictures(lab, name, *, widths=(1000,)):
    for width in widths:
        lab.page.set_viewport_size({"width": width, "height": 1250})
        for theme in ("light", "dark"):
            lab.theme(theme)
            lab.page.wait_for_timeout(300)
            lab.screenshot(f"{name}_{width}_{theme}", BOX)
    lab.theme("light")
    lab.page.set_viewport_size({"width": 1000, "height": 1250})


def test_the_form_says_what_it_may_be_and_refuses_the_rest(bench):
    shown(bench, "HEASoft")
    shown(bench, "2 observations")
    box = bench.page.get_by_label("saacalc", exact=True)
    box.fill("7")
    box.press("Enter")
    shown(bench, "a whole number from 1 to 3")
    assert box.input_value() == "2"
    pictures(bench, "pipeline_refused")
    box.fill("3")
    box.press("Enter")
    bench.wait_python("dict(s.pipeline.parameters) == {'saacalc': 3}")
    bench.page.locator(f"{BOX} .nuw-back").click()
    bench.wait_python("s.pipeline.parameters == ()")


def test_more_is_quick_and_can_be_filtered(bench):
    began = time.monotonic()
    bench.page.locator(f"{BOX} button", has_text="More (").click()
    bench.page.get_by_label("hpbinsize", exact=True).wait_for()
    print(f"all parameters shown after {time.monotonic() - began:.2f} s")
    pictures(bench, "pipeline_more")
    bench.page.get_by_placeholder("filter by name or words").fill("hot pixel")
    bench.page.get_by_label("psdcal", exact=True).wait_for(state="detached")
    assert bench.page.get_by_label("hpbinsize", exact=True).is_visible()
    bench.page.get_by_placeholder("filter by name or words").fill("")
    bench.page.locator(f"{BOX} button", has_text="More (").click()
    bench.page.get_by_label("hpbinsize", exact=True).wait_for(state="hidden")


def test_runs_side_by_side_one_fails_one_is_stopped(bench):
    click(bench, "Run")
    wait_for(bench, f"{ONE} FPMA", "running")
    assert state_of(bench, f"{TWO} FPMB") == "waiting"
    run_line(bench, f"{TWO} FPMA").locator(".nuw-run-stop").click()
    wait_for(bench, f"{TWO} FPMA", "stopped", seconds=5)
    wait_for(bench, f"{ONE} FPMB", "failed")
    wait_for(bench, f"{ONE} FPMA", "running")
    run_line(bench, f"{ONE} FPMA").locator(".nuw-run-name").click()
    bench.page.wait_for_selector(LINES)
    pictures(bench, "pipeline_running", widths=(1000, 620, 1900))
    bench.wait_python("panel.runs.log.view.follow")
    bench.page.wait_for_function(AT_END)


def test_what_a_task_prints_is_text(bench):
    shown(bench, "RED and green,")
    shown(
        bench,
        "<script>document.title = 'taken'</script> <b>bold</b> & <img src=x onerror=alert(1)>",
    )
    assert bench.page.locator(f"{BOX} .nuw-log img").count() == 0
    assert bench.page.title() != "taken"


def test_two_hundred_thousand_lines_leave_the_page_responsive(bench):
    run_line(bench, f"{TWO} FPMB").locator(".nuw-run-name").click()
    frames = bench.page.evaluate(FRAMES, 6.0)
    print(f"while {CHATTY} lines come: {frames}")
    bench.wait_python("s.pipeline.state.value != 'running'", seconds=60)
    shown(bench, "Run again what failed (2)")
    assert frames["fps"] > 30
    bench.page.wait_for_function(
        "n => Number(document.querySelector('.nuw-log-count').textContent.match(/of ([\\d,]+)/)?.[1]"
        ".replaceAll(',', '')) > n", arg=CHATTY,
    )  # fmt: skip
    assert bench.page.locator(LINES).count() == 500


def test_the_search_reads_the_whole_log(bench):
    bench.page.locator(f"{BOX} .nuw-log input").fill("processing row   1234 of")
    bench.page.wait_for_selector(f"{BOX} .nuw-log-hits button")
    shown(bench, "1 line found")
    bench.page.locator(f"{BOX} .nuw-log-hits button").click()
    bench.page.wait_for_selector(f"{BOX} .nuw-log-at")
    assert "processing row   1234 of" in bench.page.locator(f"{BOX} .nuw-log-at").text_content()
    pictures(bench, "pipeline_search")
    bench.page.locator(f"{BOX} .nuw-log input").fill("")


def test_the_report_says_how_each_fared(bench):
    assert state_of(bench, f"{ONE} FPMA") == "done"
    assert state_of(bench, f"{ONE} FPMB") == "failed"
    assert state_of(bench, f"{TWO} FPMA") == "stopped"
    shown(bench, "2 of 4 runs done, 1 stopped, 1 failed.")
    shown(bench, "exit status 1")
    shown(bench, "wrong values in the input file")
    run_line(bench, f"{ONE} FPMB").locator(".nuw-run-name").click()
    bench.page.locator(f"{BOX} details summary").first.click()
    pictures(bench, "pipeline_ended", widths=(1000, 620, 1900))
    for width in (1000, 620):
        bench.page.set_viewport_size({"width": width, "height": 1250})
        inner, outer = bench.page.evaluate(
            "box => { const e = document.querySelector(box); return [e.scrollWidth, e.clientWidth]; }",
            BOX,
        )
        assert inner <= outer


def test_the_queue_is_reordered_by_hand(bench):
    bench.python("s.pipeline.at_once = 1; s.pipeline.parameters = {'saamode': 'STRICT'}")
    bench.page.set_viewport_size({"width": 1000, "height": 1250})
    click(bench, "Run")
    wait_for(bench, f"{ONE} FPMA", "running")
    run_line(bench, f"{TWO} FPMB").locator(".nuw-run-up").click()
    bench.wait_python(f"s.pipeline.order[:2] == ('{ONE} FPMB nupipeline', '{TWO} FPMB nupipeline')")
    run_line(bench, f"{TWO} FPMB").locator(".nuw-run-up").press("Enter")
    bench.wait_python(f"s.pipeline.order[0] == '{TWO} FPMB nupipeline'")
    pictures(bench, "pipeline_queue")
    run_line(bench, f"{ONE} FPMA").locator(".nuw-run-stop").click()
    wait_for(bench, f"{TWO} FPMB", "running")
    clicked_s = time.monotonic()
    click(bench, "Stop all")
    bench.wait_python("s.pipeline.state.value != 'running'")
    print(f"all stopped {time.monotonic() - clicked_s:.2f} s after the click")
    assert time.monotonic() - clicked_s < 2.0
    assert bench.python("print(panel.message.value)") == ""


def test_any_task_by_its_name(bench):
    events = bench.python("print(panel.session.pipeline.folders[0])")
    bench.open_notebook([TASK.format(environ=bench.environ, home=bench.home)])
    bench.run_all(until=f"{BOX} .nuw-head")
    pictures(bench, "task_empty")
    name = bench.page.get_by_label("task", exact=True)
    name.fill("ftlist")
    name.press("Enter")
    box = bench.page.get_by_label("infile", exact=True)
    box.fill(f"{events}/event_uf/nu{ONE}A_uf.evt.gz")
    box.press("Enter")
    bench.wait_python("'infile' in dict(s.task.parameters)")
    click(bench, "Run")
    bench.wait_python("s.task.state.value == 'fresh'", seconds=20)
    shown(bench, "● done")
    bench.page.wait_for_selector(LINES)
    pictures(bench, "task_done", widths=(1000, 620))
    box.fill("/nowhere.fits")
    box.press("Enter")
    click(bench, "Run")
    bench.wait_python("s.task.state.value == 'failed'", seconds=20)
    shown(bench, "exit status")
    pictures(bench, "task_failed")


def test_nothing_went_wrong_in_the_browser(bench):
    assert bench.messages == []
