"""How fast a drag is drawn in a real browser: pointer to Python to the redrawn curves; prints JSON.

JupyterLab in headless Chromium, driven as in the browser tests. The pointer moves at 60 Hz; each
move's time is kept in the page, Python notes which circle each new product is for, and the page
notes when the curves were redrawn. The figures depend on the screen: without a graphics card the
page is painted by the processor that also computes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

SESSION = """
import time
import nuwidgets as nw
s = {opened}
first = next(iter(s.datasets.values()))
s.fit.model = "constant*tbabs*cutoffpl"
s.fit.ignore = "**-3. 79.-**"
s.fit.run()
s.settle()
bench = nw.Workbench(s)
products = []
def note(change):
    shape = first.regions.product.source.region.shapes[0]
    products.append((1e3 * time.time(), shape.x))
s.curve.observe(note, "product")
bench
"""
WATCH = """() => {
  window.moves = []; window.redraws = []; window.frames = 0;
  const now = () => performance.timeOrigin + performance.now();
  window.addEventListener('pointermove', e => window.moves.push([now(), e.clientX]), true);
  const frame = () => { window.frames++; requestAnimationFrame(frame); }; frame();
  const spectrum = [...document.querySelectorAll('.nuw-curve')].at(-1);
  new MutationObserver(() => window.redraws.push(now())).observe(
    spectrum, {subtree: true, attributes: true, attributeFilter: ['d']}); }"""

PRESS = """async (key) => { window.redraws.length = 0; const began = performance.now();
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  while (!window.redraws.length && performance.now() - began < 2000)
    await new Promise(r => setTimeout(r, 1));
  const took = performance.now() - began;
  await new Promise(r => setTimeout(r, 150)); return took; }"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=240)
    parser.add_argument("--events", help="event file to use; the simulated observation if absent")
    args = parser.parse_args()
    opened = f"nw.open({args.events!r})" if args.events else "nw.demo()"
    print(json.dumps({"drag": drag(opened, args.moves), "slider": slider(opened)}, indent=2))


def drag(opened: str, n_moves: int) -> dict[str, object]:
    """Drag the source circle back and forth."""
    from lab import Lab

    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder), size=(1500, 1500)) as lab:
        start(lab, SESSION.format(opened=opened))
        lab.page.evaluate(WATCH)
        x, y = lab.centre(".nuw-image [data-id=source-0] .nuw-body")
        scale = float(lab.python("bench.panels[0].views[first.name].view['zoom']"))
        pixels = float(lab.python("max(first.events.product.shape)"))
        size = lab.page.locator(".nuw-image canvas").first.bounding_box()["width"]
        per_pixel = size / pixels * scale
        at = float(lab.python("first.regions.product.source.region.shapes[0].x"))
        lab.python("products.clear()")
        pace = lab.drag((x, y), (x + 60, y), steps=n_moves)
        lab.page.wait_for_timeout(1000)
        moves, redraws = lab.page.evaluate("[window.moves, window.redraws]")
        products = json.loads(lab.python("import json; print(json.dumps(products))"))
    moved_at = {round((px - x) / per_pixel + at, 2): t for t, px in moves}
    python, drawn = [], []
    for t, circle in products:
        key = min(moved_at, key=lambda k: abs(k - circle))
        if abs(key - circle) < 0.1:
            python.append(t - moved_at[key])
            later = [r for r in redraws if r >= t]
            drawn += [later[0] - moved_at[key]] if later else []
    return {
        "pointer_moves_per_s": round(len(moves) / pace["seconds"], 1),
        "frames_per_s": round(pace["fps"], 1),
        "updates_per_s": round(len(products) / pace["seconds"], 1),
        "pointer_to_product_ms": spread(python),
        "pointer_to_redraw_ms": spread(drawn),
    }


def slider(opened: str) -> dict[str, object]:
    """Press an arrow key on a slider and wait for the model's curve, again and again."""
    from lab import Lab

    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder), size=(1500, 1500)) as lab:
        start(lab, SESSION.format(opened=opened))
        lab.page.evaluate(WATCH)
        lab.page.locator(".nuw-panel .noUi-handle").nth(3).focus()
        keys = ["ArrowRight" if number % 2 else "ArrowLeft" for number in range(60)]
        took = [lab.page.evaluate(PRESS, key) for key in keys]
    return {"key_to_redraw_ms": spread(took)}


def start(lab: object, cell: str) -> None:
    """Open the workbench and wait until it stands still."""
    lab.open_notebook([cell])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_selector(".nuw-image [data-id=source-0] .nuw-line", state="attached")
    lab.page.wait_for_timeout(2000)


def spread(values: list[float]) -> dict[str, float]:
    """Give the median, the 95th percentile and the number of values."""
    if not values:
        return {"n": 0}
    median, high = np.percentile(values, [50, 95])
    return {"median": round(float(median), 1), "p95": round(float(high), 1), "n": len(values)}


if __name__ == "__main__":
    main()
