"""How smoothly a browser pans, zooms and colours large images; prints JSON.

JupyterLab in headless Chromium, without a graphics card, driven as in the browser tests. Frames
are those of the page while the pointer moves at 60 Hz; a long task is a piece of work during which
the page stood still for more than 50 ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

CELL = """
import numpy as np
from nuwidgets.widgets.image_view import ImageView
n = {size}
rng = np.random.default_rng(0)
pixels = rng.poisson(0.05, (n, n)).astype({dtype!r})
y, x = np.mgrid[0:400, 0:400]
at = n // 2 - 200
pixels[at:at + 400, at:at + 400] += rng.poisson(
    200 * (1 + ((x - 200) ** 2 + (y - 200) ** 2) / 400) ** -1.5
).astype({dtype!r})
wcs = dict(ra_ref_deg=83.6, dec_ref_deg=22, x_ref=n / 2, y_ref=n / 2,
           x_step_deg=-1e-4, y_step_deg=1e-4)
view = ImageView(width=600, height=600, wcs=wcs, show={{"grid": True}})
if {dtype!r} == "float32":
    pixels += 0.25
view
"""
WATCH = """() => { window.tasks = []; window.colourings = 0;
  new PerformanceObserver(l => window.tasks.push(...l.getEntries().map(e => e.duration)))
    .observe({entryTypes: ['longtask']});
  const put = OffscreenCanvasRenderingContext2D.prototype.putImageData;
  OffscreenCanvasRenderingContext2D.prototype.putImageData = function (...a) {
    window.colourings += a[0].width * a[0].height; return put.apply(this, a); }; }"""
CIRCLE = "view.regions = [{'id': 'a', 'shape': 'circle', 'x': n / 2, 'y': n / 2, 'r': n / 10}]"
SHOWN = """async () => { const c = document.querySelector('.nuw-image canvas');
  const began = performance.now();
  const lit = () => c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data[3] > 0;
  while (!lit() && performance.now() - began < 20000) await new Promise(requestAnimationFrame);
  return performance.now() - began; }"""
WHEEL = """async () => { const svg = document.querySelector('.nuw-image .nuw-box svg');
  const box = svg.getBoundingClientRect(); const began = performance.now(); let frames = 0;
  for (let i = 0; i < 120; i++) {
    svg.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true,
      clientX: box.x + 200, clientY: box.y + 250, deltaY: i < 60 ? -50 : 50}));
    await new Promise(requestAnimationFrame); frames++; }
  return 1000 * frames / (performance.now() - began); }"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--dtypes", nargs="+", default=["uint16", "float32"])
    args = parser.parse_args()
    found = {f"{n} {kind}": measure(n, kind) for n in args.sizes for kind in args.dtypes}
    print(json.dumps(found, indent=2))


def measure(size: int, dtype: str) -> dict[str, object]:
    """Show an image, and do with it what a hand does."""
    from lab import Lab

    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab:
        lab.open_notebook([CELL.format(size=size, dtype=dtype)])
        lab.run_all(until=".nuw-image canvas")
        lab.page.wait_for_timeout(500)
        lab.page.evaluate(WATCH)
        lab.python("view.set_image(pixels, (0, 50))")
        result: dict[str, object] = {
            "bytes": int(lab.python("len(view.image)")),
            "shown_ms_after_python": round(lab.page.evaluate(SHOWN)),
        }
        lab.page.wait_for_timeout(800)
        result["load"] = standing(lab)
        box = lab.page.locator(".nuw-image canvas").bounding_box()
        corner = (box["x"] + 60, box["y"] + 80)
        for zoom in (1, 4, 16):
            still(lab, f"view.view = {{'x': n / 2, 'y': n / 2, 'zoom': {zoom}}}")
            result[f"pan at zoom {zoom}"] = dragged(lab, corner, 250, 200)
        still(lab, "view.view = {}")
        result["wheel"] = {"fps": round(lab.page.evaluate(WHEEL), 1), **standing(lab)}
        still(lab, "view.view = {}")
        result["limits dragged"] = dragged(lab, lab.centre(".nuw-image .nuw-grip", 1), -200, 0)
        still(lab, CIRCLE)
        result["region dragged"] = dragged(lab, lab.centre("[data-id=a] .nuw-body"), 100, 50)
    return result


def still(lab: object, code: str) -> None:
    """Do something in Python and wait until the page has it."""
    lab.python(code)
    lab.page.wait_for_timeout(400)
    standing(lab)


def dragged(
    lab: object, start: tuple[float, float], right: float, down: float
) -> dict[str, object]:
    """Drag for two seconds."""
    pace = lab.drag(start, (start[0] + right, start[1] + down), steps=120)
    return {"fps": round(pace["fps"], 1), **standing(lab)}


def standing(lab: object) -> dict[str, object]:
    """Give the long tasks and pixels coloured since the last time."""
    tasks, pixels = lab.page.evaluate(
        "() => { const t = [window.tasks, window.colourings]; window.tasks = [];"
        " window.colourings = 0; return t; }"
    )
    return {"longest_task_ms": round(max(tasks, default=0)), "Mpx_coloured": round(pixels / 1e6, 2)}


if __name__ == "__main__":
    main()
