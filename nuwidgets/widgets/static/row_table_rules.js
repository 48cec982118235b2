// The rules of the row table, without a page: which rows pass a filter, in which order they stand,
// and what a hand makes of the picks. The filter is the same as RowTable.shown() in Python.

const ABSENT = new Set(["", "-", "−", "–", "—", "nan"]);
const NUMBER = /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:e[+-]?\d+)?)(?:\s?([kMGT]?)B)?$/i;
const SIZES = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const WORDS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A text as the filter sees it. */
const plain = (text) => text.toLowerCase().replaceAll("−", "-");

/** What must all be in a row. @param {string} filter @returns {string[]} */
const needles = (filter) => plain(filter).split(/[ \t\n\u00a0]+/).filter(Boolean);

/** All texts of a row as one. @param {string[]} row key, then texts */
const haystack = (row) => plain(row.slice(1).join("\n"));

/** @param {string} hay @param {string[]} words */
const passes = (hay, words) => words.every((word) => hay.includes(word));

/** The number a text stands for, a size in bytes or a limit included; NaN where it is none. */
function worth(text) {
  const [, digits, unit] = NUMBER.exec(text.trim().replace(/^[<>]\s*/, "").replace("−", "-")) ?? [];
  return digits === undefined ? NaN : Number(digits.replaceAll(",", "")) * SIZES[(unit ?? "").toUpperCase()];
}

/**
 * Rows in the order of a column: as numbers where all are numbers, else as words; what is absent
 * stands last either way, what is equal as it stood.
 */
function ordered(rows, column, way) {
  const cells = rows.map((row) => {
    const text = row[column + 1].trim();
    return { row, text, number: worth(text), absent: ABSENT.has(text.toLowerCase()) };
  });
  const numeric = cells.every((cell) => cell.absent || !Number.isNaN(cell.number));
  const sign = way === "down" ? -1 : 1;
  const compare = numeric ? (a, b) => a.number - b.number : (a, b) => WORDS.compare(a.text, b.text);
  cells.sort((a, b) => a.absent - b.absent || (a.absent ? 0 : sign * compare(a, b)));
  return cells.map((cell) => cell.row);
}

/** The longest texts of each column, head included: they hold its width whatever is filtered. */
function widest(columns, rows, most = 3) {
  return columns.map((name, column) => {
    const texts = [...new Set(rows.map((row) => row[column + 1]))];
    return [name, ...texts.sort((a, b) => b.length - a.length).slice(0, most)];
  });
}

/** What a hand makes of the picks. Rows that are not in sight keep theirs. */
class Picks {
  constructor() { this.start("", []); }

  /** A range begins at this row and gives all others the same: picked, or not. */
  start(key, picked, put = true) { Object.assign(this, { anchor: key, base: [...picked], put }); }

  toggle(key, picked, free) {
    const put = !picked.includes(key);
    const next = put ? [...picked, ...(free.has(key) ? [key] : [])] : picked.filter((k) => k !== key);
    this.start(key, next, put);
    return next;
  }

  /** From where the range began to this row. @param {string[]} order keys as they stand */
  reach(key, order, free) {
    const ends = [order.indexOf(this.anchor), order.indexOf(key)].sort((a, b) => a - b);
    const range = order.slice(ends[0], ends[1] + 1).filter((k) => free.has(k));
    const gone = new Set(range);
    return this.put ? [...this.base, ...range] : this.base.filter((k) => !gone.has(k));
  }
}
