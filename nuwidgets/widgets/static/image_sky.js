// Sky coordinates in the tangent plane (TAN: Calabretta & Greisen 2002, A&A 395, 1077), and the
// lines of equal right ascension and declination.

/** Right ascension and declination of a pixel, deg. */
function skyAt(wcs, x, y) {
  const xi = (x - wcs.x_ref) * wcs.x_step_deg * RAD;
  const eta = (y - wcs.y_ref) * wcs.y_step_deg * RAD;
  const [sin0, cos0] = [Math.sin(wcs.dec_ref_deg * RAD), Math.cos(wcs.dec_ref_deg * RAD)];
  const down = cos0 - eta * sin0;
  const ra = wcs.ra_ref_deg + Math.atan2(xi, down) / RAD;
  return [((ra % 360) + 360) % 360, Math.atan2(sin0 + eta * cos0, Math.hypot(xi, down)) / RAD];
}

/** The pixel of a place on the sky, or null behind it. */
function pixelAt(wcs, ra, dec) {
  const [sin0, cos0] = [Math.sin(wcs.dec_ref_deg * RAD), Math.cos(wcs.dec_ref_deg * RAD)];
  const [sin, cos] = [Math.sin(dec * RAD), Math.cos(dec * RAD)];
  const [sinA, cosA] = [Math.sin((ra - wcs.ra_ref_deg) * RAD), Math.cos((ra - wcs.ra_ref_deg) * RAD)];
  const near = sin0 * sin + cos0 * cos * cosA;
  if (near < 1e-3) return null;
  return [
    wcs.x_ref + (cos * sinA) / near / RAD / wcs.x_step_deg,
    wcs.y_ref + (cos0 * sin - sin0 * cos * cosA) / near / RAD / wcs.y_step_deg,
  ];
}

/** dd:mm:ss.s with `digits` decimals, carries included. */
function sexagesimal(value, digits, wrap, marks = [":", ":", ""]) {
  const unit = 10 ** digits;
  let whole = Math.round(Math.abs(value) * 3600 * unit);
  if (wrap) whole %= wrap * 3600 * unit;
  const point = digits > 0 ? 1 : 0;
  const seconds = ((whole % (60 * unit)) / unit).toFixed(digits).padStart(2 + point + digits, "0");
  const minutes = String(Math.floor(whole / (60 * unit)) % 60).padStart(2, "0");
  const first = String(Math.floor(whole / (3600 * unit))).padStart(2, "0");
  return [first, minutes, seconds].map((text, k) => (marks[k] === null ? "" : text + marks[k])).join("");
}

const signed = (dec) => (dec < 0 ? "−" : "+");

function skyText(wcs, x, y) {
  const [ra, dec] = skyAt(wcs, x, y);
  return `RA ${sexagesimal(ra / 15, 2, 24)}  Dec ${signed(dec)}${sexagesimal(dec, 1)}`;
}

// ---- grid ----------------------------------------------------------------------------------

const MINUTES = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600];
const RA_STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...MINUTES, 7200, 10800, 21600]; // of time
const DEC_STEPS_ARCSEC = [0.1, 0.2, 0.5, ...MINUTES, 7200, 18000, 36000, 72000];
const LINES = 5;

/** Right ascensions (about that of the middle) and declinations that a part of the image shows. */
function skyRange(wcs, [x0, x1, y0, y1]) {
  const [ra0] = skyAt(wcs, (x0 + x1) / 2, (y0 + y1) / 2);
  let [ra, dec] = [[0, 0], [90, -90]];
  const wide = (pair, v) => [Math.min(pair[0], v), Math.max(pair[1], v)];
  for (let i = 0; i <= 16; i++) {
    const [u, v] = [x0 + ((x1 - x0) * i) / 16, y0 + ((y1 - y0) * i) / 16];
    for (const [x, y] of [[u, y0], [u, y1], [x0, v], [x1, v]]) {
      const [a, d] = skyAt(wcs, x, y);
      [ra, dec] = [wide(ra, ((a - ra0 + 540) % 360) - 180), wide(dec, d)];
    }
  }
  for (const pole of [-90, 90]) {
    const at = pixelAt(wcs, 0, pole);
    if (at && at[0] > x0 && at[0] < x1 && at[1] > y0 && at[1] < y1) [ra, dec] = [[-180, 180], wide(dec, pole)];
  }
  return { ra0, ra, dec };
}

const stepFor = (steps, range) => steps.find((s) => range / s <= LINES) ?? steps[steps.length - 1];

/** Seconds are written where the step needs them, and no more of them than it has. */
function gridLabel(value, step, wrap, marks) {
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  return sexagesimal(value, digits, wrap, step % 60 === 0 ? [marks[0], marks[1], null] : marks);
}

/** Lines of the grid in image pixels. @returns {{kind: string, label: string, pts: number[][]}[]} */
function gridLines(wcs, bounds) {
  const { ra0, ra, dec } = skyRange(wcs, bounds);
  const along = (range, place) =>
    Array.from({ length: 33 }, (_, i) => place(range[0] + ((range[1] - range[0]) * i) / 32)).filter(Boolean);
  const multiples = ([lo, hi], step) => {
    const first = Math.ceil(lo / step);
    return Array.from({ length: Math.max(0, Math.floor(hi / step) - first + 1) }, (_, i) => (first + i) * step);
  };
  const raSeconds = ra.map((v) => (ra0 + v) * 240);
  const [raStep, decStep] = [
    stepFor(RA_STEPS_S, raSeconds[1] - raSeconds[0]),
    stepFor(DEC_STEPS_ARCSEC, (dec[1] - dec[0]) * 3600),
  ];
  const meridians = multiples(raSeconds, raStep).map((t) => ({
    kind: "ra",
    label: gridLabel(((t / 3600) % 24 + 24) % 24, raStep, 24, ["h", "m", "s"]),
    pts: along(dec, (d) => pixelAt(wcs, t / 240, d)),
  }));
  const parallels = multiples(dec.map((d) => d * 3600), decStep).map((t) => ({
    kind: "dec",
    label: signed(t) + gridLabel(t / 3600, decStep, 0, ["°", "′", "″"]),
    pts: along(ra, (a) => pixelAt(wcs, ra0 + a, t / 3600)),
  }));
  return [...meridians, ...parallels];
}

/** Where a line on the screen crosses x = at (axis 0) or y = at (axis 1); null where it does not. */
function crossing(pts, axis, at) {
  for (let i = 1; i < pts.length; i++) {
    const [p, q] = [pts[i - 1], pts[i]];
    if ((p[axis] > at) !== (q[axis] > at)) {
      const f = (at - p[axis]) / (q[axis] - p[axis]);
      return p[1 - axis] + f * (q[1 - axis] - p[1 - axis]);
    }
  }
  return null;
}
