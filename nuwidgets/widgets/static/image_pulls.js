// What a hand makes of a shape: a handle pulled, a new shape drawn; and its outline and words.

/** The shape after its handle `name` was pulled to (x, y). @param {Region} r @returns {Region} */
function pulled(r, name, x, y) {
  if (r.pts) return pulledCorner(r, name, x, y);
  const deg = rounded(Math.atan2(y - r.y, x - r.x) / RAD);
  if (r.shape === "panda" && ["start", "stop", "turn"].includes(name)) return pulledSector(r, name, deg);
  if (name === "turn") return { ...r, angle: deg };
  const far = rounded(Math.max(LEAST, Math.hypot(x - r.x, y - r.y)));
  const [u, v] = turned(x - r.x, y - r.y, -(r.angle ?? 0)).map((d) => rounded(Math.max(LEAST, Math.abs(d))));
  const below = (value, other) => rounded(Math.max(0, Math.min(value, other - LEAST)));
  const above = (value, other) => rounded(Math.max(value, other + LEAST));
  switch (name) {
    case "r": return { ...r, r: far };
    case "r1": return { ...r, r1: below(far, r.r2) };
    case "r2": return { ...r, r2: above(far, r.r1) };
    case "a": return { ...r, a: u };
    case "b": return { ...r, b: v };
    case "a1": return { ...r, a1: below(u, r.a2) };
    case "b1": return { ...r, b1: below(v, r.b2) };
    case "a2": return { ...r, a2: above(u, r.a1) };
    case "b2": return { ...r, b2: above(v, r.b1) };
    case "w": return { ...r, w: 2 * u };
    case "h": return { ...r, h: 2 * v };
    default: return { ...r, w: 2 * u, h: 2 * v };
  }
}

function pulledCorner(r, name, x, y) {
  if (name === "turn") {
    const [x0, y0] = middle(r); // the arm points to the right when it is taken
    return rotated(r, Math.atan2(y - y0, x - x0) / RAD);
  }
  const [k, here] = [Number(name.slice(1)), [rounded(x), rounded(y)]];
  if (name[0] === "e") return { ...r, pts: [...r.pts.slice(0, k + 1), here, ...r.pts.slice(k + 1)] };
  return { ...r, pts: r.pts.map((p, i) => (i === k ? here : p)) };
}

function pulledSector(r, name, deg) {
  if (name === "turn") return rotated(r, deg - (r.start + span(r) / 2));
  const whole = (start, stop) => ({ ...r, start: wrapped(start), stop: rounded(wrapped(start) + span({ start, stop })) });
  return name === "start" ? whole(deg, r.stop) : whole(r.start, deg);
}

/** A shape drawn from one place to another. @returns {object} its name and numbers */
function drawn(shape, x0, y0, x1, y1) {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  const least = (v) => rounded(Math.max(LEAST, v));
  const [far, a, b] = [least(Math.hypot(dx, dy)), least(dx), least(dy)];
  const at = { shape, x: rounded(x0), y: rounded(y0) };
  const toward = Math.atan2(y1 - y0, x1 - x0) / RAD;
  switch (shape) {
    case "circle": return { ...at, r: far };
    case "annulus": return { ...at, r1: rounded(far / 2), r2: far };
    case "ellipse": return { ...at, a, b, angle: 0 };
    case "ellannulus": return { ...at, a1: rounded(a / 2), b1: rounded(b / 2), a2: a, b2: b, angle: 0 };
    case "box": return { shape, x: rounded((x0 + x1) / 2), y: rounded((y0 + y1) / 2), w: least(dx), h: least(dy), angle: 0 };
    case "panda": {
      const start = wrapped(toward - 30);
      return { ...at, r1: rounded(far / 2), r2: far, start, stop: rounded(start + 60) };
    }
    case "polygon": {
      const corner = (i, j) => [rounded(x0 + i * dx), rounded(y0 + j * dy)];
      return { shape, pts: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)] };
    }
    default: return at;
  }
}

/** A shape of usual size about a place; `half` is its half size in image pixels. */
function usual(shape, x, y, half) {
  if (shape === "box") return drawn(shape, x - half, y - half * 0.6, x + half, y + half * 0.6);
  return drawn(shape, x, y, x + half, shape === "circle" || shape === "annulus" ? y : y + half * 0.6);
}

// ---- outline and words ---------------------------------------------------------------------

/** SVG path of a shape. @param {Region} r @param {Place} P @param {number} s screen px per pixel */
function outline(r, P, s) {
  const oval = (a, b) => {
    const [u, v] = turned(a, 0, r.angle);
    const arc = `A${a * s} ${b * s} ${-(r.angle ?? 0)} 1 0`;
    return `M${P(r.x - u, r.y - v)}${arc} ${P(r.x + u, r.y + v)}${arc} ${P(r.x - u, r.y - v)}Z`;
  };
  const closed = (pts) => `M${pts.map(([x, y]) => P(x, y)).join("L")}Z`;
  switch (r.shape) {
    case "circle": return oval(r.r, r.r);
    case "annulus": return oval(r.r2, r.r2) + oval(r.r1, r.r1);
    case "ellipse": return oval(r.a, r.b);
    case "ellannulus": return oval(r.a2, r.b2) + oval(r.a1, r.b1);
    case "panda": return sector(r, P, s, oval);
    case "point": {
      const [x, y] = P(r.x, r.y);
      return `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0ZM${x - 10} ${y}h7m6 0h7M${x} ${y - 10}v7m0 6v7`;
    }
    case "box":
      return closed([[1, 1], [-1, 1], [-1, -1], [1, -1]].map(([i, j]) => {
        const [u, v] = turned((i * r.w) / 2, (j * r.h) / 2, r.angle);
        return [r.x + u, r.y + v];
      }));
    default: return closed(r.pts);
  }
}

function sector(r, P, s, oval) {
  const wide = span(r);
  if (wide === 360) return oval(r.r2, r.r2) + (r.r1 > 0 ? oval(r.r1, r.r1) : "");
  const at = (radius, deg) => { const [u, v] = turned(radius, 0, deg); return P(r.x + u, r.y + v); };
  const large = wide > 180 ? 1 : 0;
  return `M${at(r.r2, r.start)}A${r.r2 * s} ${r.r2 * s} 0 ${large} 0 ${at(r.r2, r.start + wide)}` +
    `L${at(r.r1, r.start + wide)}A${r.r1 * s} ${r.r1 * s} 0 ${large} 1 ${at(r.r1, r.start)}Z`;
}

/** A shape in words and numbers. @param {number} arcsec size of a pixel, 0 where there is no sky */
function described(r, arcsec = 0) {
  const number = (key) => {
    const value = r[key] ?? 0;
    const sky = arcsec && LENGTHS.includes(key) ? ` (${+(value * arcsec).toPrecision(4)}″)` : "";
    return `${key} ${value.toFixed(1)}${sky}`;
  };
  const numbers = r.pts ? `${r.pts.length} corners` : SHAPES[r.shape].map(number).join("  ");
  const name = r.shape === "ellannulus" ? "elliptical annulus" : r.shape;
  return `${r.exclude ? "excluded " : ""}${r.role} ${name}  ${numbers}`;
}
