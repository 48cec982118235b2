// Pure functions of the image view: colours, sky coordinates, shapes. Joined before image_view.js.
// Image coordinates: x right, y up, pixel centres at integers from 0. Screen: CSS pixels, y down.

/**
 * @typedef {{id: string, shape: string, role: string, exclude: boolean, label: string,
 *   x?: number, y?: number, r?: number, r1?: number, r2?: number, a?: number, b?: number,
 *   w?: number, h?: number, angle?: number, pts?: number[][]}} Region
 * @typedef {{x: number, y: number, zoom: number}} View  centre, and magnification over "fit"
 */

const RAD = Math.PI / 180;
const COLORMAPS = {
  viridis: "440154 472c7a 3b518b 2c718e 21908d 27ad81 5cc863 aadc32 fde725",
  inferno: "000004 1f0c48 550f6d 88226a ba3655 e35933 f98c0a f9c932 fcffa4",
  gray: "000000 ffffff",
  "inverted gray": "ffffff 000000",
  heat: "000000 7f0000 ff3a00 ff9d00 ffe35c ffffff",
};
// Stretches of 0..1, as DS9 defines them (https://ds9.si.edu/doc/ref/how.html).
const STRETCHES = {
  linear: (t) => t,
  sqrt: Math.sqrt,
  log: (t) => Math.log10(1 + 1000 * t) / Math.log10(1001),
  asinh: (t) => Math.asinh(10 * t) / Math.asinh(10),
};
const LEVELS = 16384;
const PIXELS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array };

/** Colour [r, g, b] at t in 0..1. @param {string} name @param {number} t */
function colour(name, t) {
  const stops = COLORMAPS[name].split(" ");
  const at = t * (stops.length - 1);
  const k = Math.min(stops.length - 2, Math.floor(at));
  const part = (stop, j) => parseInt(stop.slice(2 * j, 2 * j + 2), 16);
  return [0, 1, 2].map((j) =>
    Math.round(part(stops[k], j) + (at - k) * (part(stops[k + 1], j) - part(stops[k], j))),
  );
}

/** Opaque little-endian RGBA for each level of the value range. */
function colourTable(map, stretch) {
  const ramp = Array.from({ length: 256 }, (_, i) => colour(map, i / 255));
  return Uint32Array.from({ length: LEVELS + 1 }, (_, i) => {
    const [r, g, b] = ramp[Math.round(255 * STRETCHES[stretch](i / LEVELS))];
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/** Right ascension and declination of a pixel, deg (TAN: Calabretta & Greisen 2002, A&A 395, 1077). */
function skyAt(wcs, x, y) {
  const xi = (x - wcs.x_ref) * wcs.x_step_deg * RAD;
  const eta = (y - wcs.y_ref) * wcs.y_step_deg * RAD;
  const [sin0, cos0] = [Math.sin(wcs.dec_ref_deg * RAD), Math.cos(wcs.dec_ref_deg * RAD)];
  const down = cos0 - eta * sin0;
  const ra = wcs.ra_ref_deg + Math.atan2(xi, down) / RAD;
  return [((ra % 360) + 360) % 360, Math.atan2(sin0 + eta * cos0, Math.hypot(xi, down)) / RAD];
}

/** dd:mm:ss.s with `digits` decimals, carries included. */
function sexagesimal(value, digits, wrap) {
  const unit = 10 ** digits;
  let whole = Math.round(Math.abs(value) * 3600 * unit);
  if (wrap) whole %= wrap * 3600 * unit;
  const seconds = ((whole % (60 * unit)) / unit).toFixed(digits).padStart(3 + digits, "0");
  const minutes = String(Math.floor(whole / (60 * unit)) % 60).padStart(2, "0");
  return `${String(Math.floor(whole / (3600 * unit))).padStart(2, "0")}:${minutes}:${seconds}`;
}

function skyText(wcs, x, y) {
  const [ra, dec] = skyAt(wcs, x, y);
  return `RA ${sexagesimal(ra / 15, 2, 24)}  Dec ${dec < 0 ? "−" : "+"}${sexagesimal(dec, 1)}`;
}

// ---- geometry of regions, in image pixels --------------------------------------------------

const rounded = (v) => Math.round(v * 1000) / 1000;

function turned(dx, dy, deg = 0) {
  const [c, s] = [Math.cos(deg * RAD), Math.sin(deg * RAD)];
  return [dx * c - dy * s, dx * s + dy * c];
}

/** Centre, half width and half height of the upright box around a shape. @param {Region} r */
function extent(r) {
  if (r.shape === "polygon") {
    const [xs, ys] = [r.pts.map((p) => p[0]), r.pts.map((p) => p[1])];
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, a: (x1 - x0) / 2, b: (y1 - y0) / 2 };
  }
  const round = r.shape === "annulus" ? r.r2 : r.r;
  const [a, b] = { box: [r.w / 2, r.h / 2], ellipse: [r.a, r.b] }[r.shape] ?? [round, round];
  const [c, s] = [Math.cos((r.angle ?? 0) * RAD), Math.sin((r.angle ?? 0) * RAD)];
  const box = r.shape === "box";
  const half = (p, q) => (box ? Math.abs(p) + Math.abs(q) : Math.hypot(p, q));
  return { x: r.x, y: r.y, a: half(a * c, b * s), b: half(a * s, b * c) };
}

const area = (r) => { const e = extent(r); return e.a * e.b; };

/** Handles as [name, x, y]; `gap` is the length of the turning arm in image pixels. */
function handles(r, gap) {
  const at = (name, dx, dy) => {
    const [u, v] = turned(dx, dy, r.angle);
    return [name, r.x + u, r.y + v];
  };
  const round = (name) =>
    [[1, 0], [0, 1], [-1, 0], [0, -1]].map(([i, j]) => at(name, i * r[name], j * r[name]));
  const straight = (p, q, u, v) =>
    [at(p, u, 0), at(q, 0, v), at(p, -u, 0), at(q, 0, -v), at("turn", u + gap, 0)];
  switch (r.shape) {
    case "circle": return round("r");
    case "annulus": return [...round("r1"), ...round("r2")];
    case "ellipse": return straight("a", "b", r.a, r.b);
    case "box": return straight("w", "h", r.w / 2, r.h / 2);
    default: return r.pts.map(([x, y], k) => [`p${k}`, x, y]);
  }
}

function moved(r, dx, dy) {
  if (r.pts) return { ...r, pts: r.pts.map(([x, y]) => [rounded(x + dx), rounded(y + dy)]) };
  return { ...r, x: rounded(r.x + dx), y: rounded(r.y + dy) };
}

/** The shape `step` pixels larger in its largest half size, same centre, same form. */
function resized(r, step) {
  const e = extent({ ...r, angle: 0 });
  const f = Math.max(0.5, Math.max(e.a, e.b) + step) / Math.max(e.a, e.b);
  const out = { ...r };
  for (const key of ["r", "r1", "r2", "a", "b", "w", "h"]) if (key in r) out[key] = rounded(r[key] * f);
  const grown = (v, centre) => rounded(centre + f * (v - centre));
  if (r.pts) out.pts = r.pts.map(([x, y]) => [grown(x, e.x), grown(y, e.y)]);
  return out;
}

/** The shape after its handle `name` was pulled to (x, y). @param {Region} r @returns {Region} */
function pulled(r, name, x, y) {
  const far = rounded(Math.max(0.5, Math.hypot(x - r.x, y - r.y)));
  const [u, v] = turned(x - r.x, y - r.y, -(r.angle ?? 0)).map((d) => Math.max(0.5, Math.abs(d)));
  switch (name) {
    case "r": return { ...r, r: far };
    case "r1": return { ...r, r1: Math.min(far, rounded(r.r2 - 0.5)) };
    case "r2": return { ...r, r2: Math.max(far, rounded(r.r1 + 0.5)) };
    case "a": return { ...r, a: rounded(u) };
    case "b": return { ...r, b: rounded(v) };
    case "w": return { ...r, w: rounded(2 * u) };
    case "h": return { ...r, h: rounded(2 * v) };
    case "turn": return { ...r, angle: rounded(Math.atan2(y - r.y, x - r.x) / RAD) };
  }
  const k = Number(name.slice(1));
  return { ...r, pts: r.pts.map((p, i) => (i === k ? [rounded(x), rounded(y)] : p)) };
}

/** SVG path of a shape. @param {(x: number, y: number) => number[]} P @param {number} s px/pixel */
function outline(r, P, s) {
  const oval = (a, b) => {
    const [u, v] = turned(a, 0, r.angle);
    const arc = `A${a * s} ${b * s} ${-(r.angle ?? 0)} 1 0`;
    return `M${P(r.x - u, r.y - v)}${arc} ${P(r.x + u, r.y + v)}${arc} ${P(r.x - u, r.y - v)}Z`;
  };
  const corners = () =>
    [[1, 1], [-1, 1], [-1, -1], [1, -1]].map(([i, j]) => {
      const [u, v] = turned((i * r.w) / 2, (j * r.h) / 2, r.angle);
      return [r.x + u, r.y + v];
    });
  const closed = (pts) => `M${pts.map(([x, y]) => P(x, y)).join("L")}Z`;
  switch (r.shape) {
    case "circle": return oval(r.r, r.r);
    case "annulus": return oval(r.r2, r.r2) + oval(r.r1, r.r1);
    case "ellipse": return oval(r.a, r.b);
    case "box": return closed(corners());
    default: return closed(r.pts);
  }
}

function described(r) {
  const keys = { circle: "x y r", annulus: "x y r1 r2", ellipse: "x y a b angle", box: "x y w h angle" };
  const numbers = r.pts
    ? `${r.pts.length} corners`
    : keys[r.shape].split(" ").map((k) => `${k} ${(r[k] ?? 0).toFixed(1)}`).join("  ");
  return `${r.exclude ? "excluded " : ""}${r.role} ${r.shape}  ${numbers}`;
}
