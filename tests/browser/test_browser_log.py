"""The log in a real JupyterLab: it follows, stays quick, is text and nothing else, and is searched."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import threading, time
import ipywidgets as w
from nuwidgets.panels.style import STYLE
from nuwidgets.widgets.log_view import LogView
log = LogView()
log.begin("60001110002 FPMA nupipeline", "/data/runs/60001110002_FPMA_nupipeline_1a2b3c/task.log")
whole = []
def say(*lines):
    whole.extend(lines)
    log.add(lines)
    log.flush()
def chatter(n, rate_per_s):
    began = time.monotonic()
    for i in range(n):
        line = f"nucoord_0.1.8: Info: Processing row {i} of {n} <b>bold</b>"
        whole.append(line)
        log.add([line])
        time.sleep(max(0.0, began + (i + 1) / rate_per_s - time.monotonic()))
    log.flush()
def find(change):
    words = change["new"].strip().lower()
    log.found([(n, l) for n, l in enumerate(whole, 1) if words and words in l.lower()])
def go(change):
    if change["new"]:
        first = max(1, change["new"] - 200)
        log.around(first, whole[first - 1:first + 199])
log.observe(find, "search")
log.observe(go, "at")
w.VBox([w.HTML(STYLE), log]).add_class("nuw-panel")
"""
BOX = ".nuw-log"
LINES = f"{BOX} .nuw-log-line"
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
AT_END = """() => {
  const frame = document.querySelector(".nuw-log-lines");
  return frame.scrollHeight - frame.scrollTop - frame.clientHeight < 6;
}"""


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 1000, "height": 700})
    lab.open_notebook([CELL])
    lab.run_all(until=BOX)
    return lab


def wait_for_line(lab, text):
    lab.page.wait_for_function(
        "([lines, text]) => [...document.querySelectorAll(lines)].some((l) => l.textContent === text)",
        arg=[LINES, text],
    )


def in_both_themes(lab, name):
    for theme in ("light", "dark"):
        lab.theme(theme)
        lab.page.wait_for_timeout(300)
        lab.screenshot(f"{name}_{theme}", BOX)
    lab.theme("light")


def test_markup_and_colour_codes_are_text(page):
    page.python(
        "say('plain', '<img src=x onerror=\"window.harmed = 1\"><script>harmed = 1</script>',"
        " '\\x1b[31mred\\x1b[0m', '&lt;b&gt; &amp;', 'übermäßig — 測光')"
    )
    wait_for_line(page, '<img src=x onerror="window.harmed = 1"><script>harmed = 1</script>')
    wait_for_line(page, "[31mred[0m")
    wait_for_line(page, "&lt;b&gt; &amp;")
    wait_for_line(page, "übermäßig — 測光")
    assert page.page.evaluate("window.harmed === undefined")
    assert page.page.locator(f"{BOX} img").count() == 0


def test_twelve_thousand_lines_leave_the_page_responsive(page):
    page.python(
        "t = threading.Thread(target=chatter, args=(12_000, 3000.0), daemon=True); t.start()"
    )
    frames = page.page.evaluate(FRAMES, 4.0)
    print(f"while 3,000 lines a second come: {frames}")
    page.wait_python("not t.is_alive()", seconds=20)
    wait_for_line(page, "nucoord_0.1.8: Info: Processing row 11999 of 12000 <b>bold</b>")
    assert page.page.locator(LINES).count() == 500
    assert "of 12,005" in page.page.locator(f"{BOX} .nuw-log-bar").inner_text()
    assert page.page.evaluate(AT_END)
    assert frames["fps"] > 30
    assert frames["worst"] < 250


def test_scrolling_up_stops_following_and_the_button_goes_back(page):
    page.page.locator(f"{BOX} .nuw-log-lines").hover()
    page.page.mouse.wheel(0, -1500)
    page.wait_python("not log.follow")
    top = "document.querySelector('.nuw-log-lines').getBoundingClientRect().top"
    first = f"""() => [...document.querySelectorAll('{LINES}')]
        .find((l) => l.getBoundingClientRect().bottom > {top} + 4).textContent"""
    before = page.page.evaluate(first)
    page.python("say(*(f'more {n}' for n in range(40)))")
    wait_for_line(page, "more 39")
    assert page.page.evaluate(first) == before
    page.page.locator(f"{BOX} .nuw-log-end").click()
    page.wait_python("log.follow")
    page.page.wait_for_function(AT_END)
    page.python("say('the last one')")
    wait_for_line(page, "the last one")
    page.page.wait_for_function(AT_END)


def test_search_finds_what_is_not_on_the_screen_any_more(page):
    page.python("say('nuscreen_1.0: Warning: no GTI left', 'nupipeline: Error: running nuscreen')")
    page.page.locator(f"{BOX} input").fill("row 123 of")
    page.page.wait_for_selector(f"{BOX} .nuw-log-hits button")
    assert page.page.locator(f"{BOX} .nuw-log-hits button").count() == 1
    assert "1 line found" in page.page.locator(f"{BOX} .nuw-log-bar").inner_text()
    page.page.locator(f"{BOX} .nuw-log-hits button").click()
    wait_for_line(page, "nucoord_0.1.8: Info: Processing row 123 of 12000 <b>bold</b>")
    page.page.wait_for_selector(f"{BOX} .nuw-log-at")
    box = page.page.locator(f"{BOX} .nuw-log-at").bounding_box()
    frame = page.page.locator(f"{BOX} .nuw-log-lines").bounding_box()
    assert frame["y"] < box["y"] < frame["y"] + frame["height"]
    in_both_themes(page, "log_found")
    page.page.locator(f"{BOX} .nuw-log-end").click()
    wait_for_line(page, "nupipeline: Error: running nuscreen")
    in_both_themes(page, "log_end")
    page.page.locator(f"{BOX} input").fill("")
    page.wait_python("log.search == ''")


def test_the_path_can_be_copied_and_the_keyboard_reaches_all(page):
    page.page.locator(f"{BOX} .nuw-log-copy").click()
    page.page.wait_for_function("document.querySelector('.nuw-log-copy').textContent[0] === '✓'")
    assert page.clipboard() == "/data/runs/60001110002_FPMA_nupipeline_1a2b3c/task.log"
    page.page.locator(f"{BOX} .nuw-log-lines").focus()
    page.page.keyboard.press("Home")
    page.page.wait_for_function("document.querySelector('.nuw-log-lines').scrollTop === 0")
    page.wait_python("not log.follow")
    page.page.keyboard.press("End")
    page.wait_python("log.follow")


def test_nothing_went_wrong_in_the_browser(page):
    assert page.messages == []
