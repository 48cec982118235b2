// Axes of a small plot: from values to pixels, and where numbers stand.

const STEPS_OF_TEN = [[1], [1, 3], [1, 2, 5]];

/** A function from values to pixels. */
function axis([lo, hi], from, to, log) {
  const on = log ? (v) => Math.log(Math.max(v, 1e-30)) : (v) => v;
  const [a, b] = [on(lo), on(hi)];
  return (value) => from + ((on(value) - a) / (b - a || 1)) * (to - from);
}

/** Values with numbers, at most `most`. */
function numbered(lo, hi, log, most) {
  if (log && hi / lo > 3) {
    const powers = [];
    for (let p = Math.floor(Math.log10(lo)); p <= Math.log10(hi); p++) powers.push(p);
    const sets = STEPS_OF_TEN.map((set) => powers.flatMap((p) => set.map((m) => m * 10 ** p))
      .filter((v) => v >= lo * 0.999 && v <= hi * 1.001));
    const good = sets.filter((set) => set.length <= most);
    if (good.length) return good[good.length - 1];
    const skip = Math.ceil(sets[0].length / most);
    return sets[0].filter((v, k) => k % skip === 0);
  }
  const rough = (hi - lo) / most;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * ten).find((s) => s >= rough);
  const found = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi * (1 + 1e-9); k++) found.push(k * step);
  return found;
}

/** Short marks between the numbers of a logarithmic axis. */
function unnumbered(lo, hi, log) {
  if (!log) return [];
  const found = [];
  for (let p = Math.floor(Math.log10(lo)); p <= Math.log10(hi); p++) {
    for (let m = 1; m < 10; m++) found.push(m * 10 ** p);
  }
  return found.filter((v) => v >= lo && v <= hi);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number as an axis has it: 0.3, 10, 10⁻⁴. */
function tickText(value) {
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  if (power >= -3 && power < 4) return `${+value.toPrecision(3)}`;
  const raised = [...String(Math.abs(power))].map((digit) => RAISED[digit]).join("");
  const mantissa = +(value / 10 ** power).toPrecision(2);
  return `${mantissa === 1 ? "" : `${mantissa}×`}10${power < 0 ? "⁻" : ""}${raised}`;
}
