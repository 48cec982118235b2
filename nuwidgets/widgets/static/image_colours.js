// Colours of the image view: maps, stretches, and tables from values to colours.
// Image coordinates: x right, y up, pixel centres at integers from 0. Screen: CSS pixels, y down.

/**
 * @typedef {{id: string, shape: string, role: string, exclude: boolean, label: string,
 *   color?: string, x?: number, y?: number, r?: number, r1?: number, r2?: number,
 *   a?: number, b?: number, a1?: number, b1?: number, a2?: number, b2?: number, w?: number,
 *   h?: number, angle?: number, start?: number, stop?: number, pts?: number[][]}} Region
 * @typedef {{x: number, y: number, zoom: number}} View  centre, and magnification over "fit"
 * @typedef {(x: number, y: number) => number[]} Place  from image pixels to the screen
 */

const RAD = Math.PI / 180;
const LEVELS = 16384;
const PIXELS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array };

/** Colours of steady brightness that wind around grey (Green 2011, BASI 39, 289). */
function helix(n = 33, start = 0.5, turns = -1.5) {
  return Array.from({ length: n }, (_, i) => {
    const t = i / (n - 1);
    const [phi, a] = [2 * Math.PI * (start / 3 + 1 + turns * t), (t * (1 - t)) / 2];
    const [c, s] = [Math.cos(phi), Math.sin(phi)];
    return [-0.14861 * c + 1.78277 * s, -0.29227 * c - 0.90649 * s, 1.97294 * c]
      .map((v) => Math.round(255 * Math.min(1, Math.max(0, t + a * v))).toString(16).padStart(2, "0"))
      .join("");
  }).join(" ");
}

// Stops at equal steps; the first five as matplotlib shows them.
const COLORMAPS = {
  viridis: "440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725",
  inferno: "000004 210c4a 57106e 8a226a bc3754 e45a31 f98e09 f9cb35 fcffa4",
  magma: "000004 1d1147 51127c 832681 b73779 e75263 fc8961 fec488 fcfdbf",
  plasma: "0d0887 4c02a1 7e03a8 aa2395 cc4778 e66c5c f89540 fdc527 f0f921",
  cividis: "00224e 1a386f 434e6c 61656f 7d7c78 9b9476 bcae6c dec958 fee838",
  cubehelix: helix(),
  gray: "000000 ffffff",
  "inverted gray": "ffffff 000000",
  heat: "000000 7f0000 ff3a00 ff9d00 ffe35c ffffff",
  b: "000000 0000ff ff0000 ffff00 ffffff",
  cool: "000000 00005f 0000bf 0a38ff 1a82ff 5cd0ff ffffff",
  rainbow: "ff00ff 0000ff 00ffff 00ff00 ffff00 ff0000",
};
// Stretches of 0..1, as DS9 defines them (https://ds9.si.edu/doc/ref/how.html).
const STRETCHES = {
  linear: (t) => t,
  sqrt: Math.sqrt,
  log: (t) => Math.log10(1 + 1000 * t) / Math.log10(1001),
  asinh: (t) => Math.asinh(10 * t) / Math.asinh(10),
  squared: (t) => t * t,
  histogram: null, // as many pixels in each colour: depends on the image
};

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

/** The stretch as a function of 0..1. @param {Tally?} tally what "histogram" needs */
function curveOf(stretch, tally, lo, hi) {
  if (STRETCHES[stretch]) return STRETCHES[stretch];
  const shares = tally?.shares(lo, hi);
  return shares ? (t) => shares[Math.round(t * LEVELS)] : (t) => t;
}

/** Opaque little-endian RGBA for each level of the value range. @param {(t: number) => number} curve */
function colourTable(map, curve) {
  const ramp = Array.from({ length: 256 }, (_, i) => colour(map, i / 255));
  return Uint32Array.from({ length: LEVELS + 1 }, (_, i) => {
    const [r, g, b] = ramp[Math.round(255 * curve(i / LEVELS))];
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  });
}
