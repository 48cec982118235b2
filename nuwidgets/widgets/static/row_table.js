// A table of short texts: the head stays in sight, one row can be chosen with the pointer or with
// the arrow keys. Text goes through textContent only.

/** @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };

function render({ model, el }) {
  const body = make("tbody");
  const head = make("tr", { role: "row" });
  const table = make("table", { role: "grid", tabindex: 0 }, make("thead", {}, head), body);
  const frame = make("div", { class: "nuw-table", "data-lm-suppress-shortcuts": "true" }, table);
  el.append(frame);

  const choose = (key) => {
    model.set("selected", key);
    model.save_changes();
    mark();
  };

  const mark = () => {
    const chosen = model.get("selected");
    for (const row of body.rows) row.setAttribute("aria-selected", String(row.dataset.key === chosen && chosen !== ""));
  };

  const line = ([key, ...texts]) => {
    const row = make("tr", { role: "row" }, ...texts.map((text) => make("td", { role: "gridcell", title: text }, text)));
    row.dataset.key = key;
    return row;
  };

  const draw = () => {
    const top = frame.scrollTop;
    frame.style.maxHeight = `${model.get("height")}px`;
    table.setAttribute("aria-label", model.get("alt"));
    head.replaceChildren(...model.get("columns").map((name) => make("th", { scope: "col" }, name)));
    const rows = model.get("rows");
    const none = make("tr", { class: "nuw-none" }, make("td", { colspan: model.get("columns").length }, model.get("empty")));
    body.replaceChildren(...(rows.length ? rows.map(line) : [none]));
    frame.scrollTop = top;
    mark();
  };

  const press = (event) => {
    const row = event.target.closest("tr[data-key]");
    if (row) choose(row.dataset.key);
  };

  const key = (event) => {
    const rows = [...body.querySelectorAll("tr[data-key]")];
    if (!(event.key in STEPS) || !rows.length || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const now = rows.findIndex((row) => row.dataset.key === model.get("selected"));
    const next = now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + STEPS[event.key]));
    choose(rows[next].dataset.key);
    rows[next].scrollIntoView({ block: "nearest" });
  };

  const traits = "change:rows change:columns change:alt change:height change:empty";
  body.addEventListener("click", press);
  table.addEventListener("keydown", key);
  model.on(traits, draw);
  model.on("change:selected", mark);
  draw();
  return () => { model.off(traits, draw); model.off("change:selected", mark); };
}

export default { render };
