// Shapes in image pixels: how large they are, where their handles sit, how they move.

const SHAPES = {
  circle: ["x", "y", "r"],
  annulus: ["x", "y", "r1", "r2"],
  ellipse: ["x", "y", "a", "b", "angle"],
  ellannulus: ["x", "y", "a1", "b1", "a2", "b2", "angle"],
  box: ["x", "y", "w", "h", "angle"],
  polygon: [],
  panda: ["x", "y", "r1", "r2", "start", "stop"],
  point: ["x", "y"],
};
const LENGTHS = ["r", "r1", "r2", "a", "b", "a1", "b1", "a2", "b2", "w", "h"];
const LEAST = 0.5; // pixels that a half size keeps

const rounded = (v) => Math.round(v * 1000) / 1000;
const wrapped = (deg) => rounded(((deg % 360) + 360) % 360);

function turned(dx, dy, deg = 0) {
  const [c, s] = [Math.cos(deg * RAD), Math.sin(deg * RAD)];
  return [dx * c - dy * s, dx * s + dy * c];
}

/** Half sizes before turning. @param {Region} r */
function halves(r) {
  switch (r.shape) {
    case "circle": return [r.r, r.r];
    case "annulus": case "panda": return [r.r2, r.r2];
    case "ellipse": return [r.a, r.b];
    case "ellannulus": return [r.a2, r.b2];
    case "box": return [r.w / 2, r.h / 2];
    default: return [0, 0];
  }
}

/** Centre, half width and half height of the upright box around a shape. @param {Region} r */
function extent(r) {
  if (r.pts) {
    const [xs, ys] = [r.pts.map((p) => p[0]), r.pts.map((p) => p[1])];
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, a: (x1 - x0) / 2, b: (y1 - y0) / 2 };
  }
  const [a, b] = halves(r);
  const [c, s] = [Math.cos((r.angle ?? 0) * RAD), Math.sin((r.angle ?? 0) * RAD)];
  const half = (p, q) => (r.shape === "box" ? Math.abs(p) + Math.abs(q) : Math.hypot(p, q));
  return { x: r.x, y: r.y, a: half(a * c, b * s), b: half(a * s, b * c) };
}

const area = (r) => { const e = extent(r); return e.a * e.b; };
const middle = (r) => { const e = extent(r); return [e.x, e.y]; };

/** Degrees that a sector spans, above 0 up to 360. */
const span = (r) => ((r.stop - r.start) % 360 + 360) % 360 || 360;

/** Handles as [name, x, y]; `gap` is the length of the turning arm in image pixels. */
function handles(r, gap) {
  const at = (name, dx, dy, deg = r.angle) => {
    const [u, v] = turned(dx, dy, deg);
    return [name, r.x + u, r.y + v];
  };
  const four = (p, q, u, v) => [at(p, u, 0), at(q, 0, v), at(p, -u, 0), at(q, 0, -v)];
  const arm = (u) => at("turn", u + gap, 0);
  switch (r.shape) {
    case "point": return [];
    case "circle": return four("r", "r", r.r, r.r);
    case "annulus": return [...four("r1", "r1", r.r1, r.r1), ...four("r2", "r2", r.r2, r.r2)];
    case "ellipse": return [...four("a", "b", r.a, r.b), arm(r.a)];
    case "ellannulus": return [...four("a1", "b1", r.a1, r.b1), ...four("a2", "b2", r.a2, r.b2), arm(r.a2)];
    case "box": {
      const [u, v] = [r.w / 2, r.h / 2];
      const corners = [[u, v], [-u, v], [-u, -v], [u, -v]].map(([dx, dy]) => at("wh", dx, dy));
      return [...four("w", "h", u, v), ...corners, arm(u)];
    }
    case "panda": {
      const [mid, ring] = [r.start + span(r) / 2, (r.r1 + r.r2) / 2];
      return [at("r1", r.r1, 0, mid), at("r2", r.r2, 0, mid), at("start", ring, 0, r.start),
        at("stop", ring, 0, r.stop), at("turn", r.r2 + gap, 0, mid)];
    }
  }
  const e = extent(r);
  const next = (k) => r.pts[(k + 1) % r.pts.length];
  return [
    ...r.pts.map(([x, y], k) => [`e${k}`, (x + next(k)[0]) / 2, (y + next(k)[1]) / 2]),
    ["turn", e.x + e.a + gap, e.y],
    ...r.pts.map(([x, y], k) => [`p${k}`, x, y]),
  ];
}

function moved(r, dx, dy) {
  if (r.pts) return { ...r, pts: r.pts.map(([x, y]) => [rounded(x + dx), rounded(y + dy)]) };
  return { ...r, x: rounded(r.x + dx), y: rounded(r.y + dy) };
}

/** The shape `f` times as large about its own middle. @param {Region} r */
function grown(r, f) {
  const [out, e] = [{ ...r }, extent(r)];
  for (const key of LENGTHS) if (key in r) out[key] = rounded(r[key] * f);
  const about = (v, centre) => rounded(centre + f * (v - centre));
  if (r.pts) out.pts = r.pts.map(([x, y]) => [about(x, e.x), about(y, e.y)]);
  return out;
}

/** The shape `step` pixels larger in its largest half size, same centre, same form. */
function resized(r, step) {
  const e = r.pts ? extent(r) : null;
  const half = Math.max(...(e ? [e.a, e.b] : halves(r)));
  return half > 0 ? grown(r, Math.max(LEAST, half + step) / half) : r;
}

/** The shape turned about its own middle, counterclockwise. @param {Region} r */
function rotated(r, deg) {
  if (r.shape === "panda") {
    const start = wrapped(r.start + deg);
    return { ...r, start, stop: rounded(start + span(r)) };
  }
  if (r.pts) {
    const [x0, y0] = middle(r);
    return { ...r, pts: r.pts.map(([x, y]) => {
      const [u, v] = turned(x - x0, y - y0, deg);
      return [rounded(x0 + u), rounded(y0 + v)];
    }) };
  }
  const turns = SHAPES[r.shape].includes("angle");
  return turns ? { ...r, angle: rounded((r.angle ?? 0) + deg) } : r;
}
