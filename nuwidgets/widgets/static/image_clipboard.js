// Shapes on the page's own clipboard: each view is a module of its own, the page is what they share.

const CLIPBOARD = Symbol.for("nuwidgets.image.shapes");

/** @param {object} wcs how the pixels lie on the sky, or {} @param {Region[]} shapes */
function copyShapes(wcs, shapes) {
  globalThis[CLIPBOARD] = { wcs: structuredClone(wcs), shapes: structuredClone(shapes) };
}

/** The shapes copied last, at the same place on the sky where both images have one. */
function pastedShapes(wcs) {
  const { wcs: from, shapes } = globalThis[CLIPBOARD] ?? { wcs: {}, shapes: [] };
  const copies = structuredClone(shapes);
  if (!(wcs.x_step_deg && from.x_step_deg)) return copies;
  const factor = Math.abs(from.x_step_deg / wcs.x_step_deg);
  return copies.map((r) => {
    const [x, y] = middle(r);
    const to = pixelAt(wcs, ...skyAt(from, x, y));
    if (!to) return r;
    return moved(Math.abs(factor - 1) > 1e-9 ? grown(r, factor) : r, to[0] - x, to[1] - y);
  });
}
