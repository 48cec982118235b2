// The head of a curve view: legend and note as text, and what bqplot does not do: the words for
// those who do not see, a double click that resets, a wheel that zooms the shared x axis.

const SVG = "http://www.w3.org/2000/svg";
const KEYS = {
  points: "M1 6h22M12 1v10",
  steps: "M1 9h7v-6h8v4h7",
  spans: "M1 0h22v12h-22z",
};

/** A dot as large as it is drawn. @param {number} size */
const dot = (size) => `M${12 - size / 2} 6a${size / 2} ${size / 2} 0 1 0 ${size} 0a${size / 2} ${size / 2} 0 1 0-${size} 0z`;

/** @param {{kind: string, color: string, label: string, hollow: boolean, size: number, dashed: boolean}} entry */
function legendEntry({ kind, color, label, hollow, size, dashed }) {
  const [item, svg] = [document.createElement("span"), document.createElementNS(SVG, "svg")];
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  item.className = "nuw-key";
  path.setAttribute("d", kind === "dots" ? dot(size) : KEYS[kind]);
  const full = kind === "spans" || (kind === "dots" && !hollow);
  path.style.stroke = full ? "none" : color;
  path.style.fill = full ? color : "none";
  path.style.fillOpacity = kind === "spans" ? 0.25 : 1;
  path.style.strokeWidth = 2;
  if (dashed) {
    path.setAttribute("d", "M1 6h22");
    path.style.strokeDasharray = "5 3";
  }
  item.append(svg, label);
  return item;
}

function render({ model, el }) {
  const head = el.appendChild(document.createElement("div"));
  head.className = "nuw-head";
  const stop = new AbortController();
  const { signal } = stop;
  let plot = null;
  let wheel = null;

  const draw = () => {
    const note = document.createElement("span");
    note.className = "nuw-note";
    note.textContent = model.get("note");
    head.replaceChildren(note, ...model.get("legend").map(legendEntry));
    plot?.setAttribute("aria-label", model.get("alt"));
  };

  const zoom = (event) => {
    const figure = event.target.closest?.(".bqplot");
    if (!figure) return;
    event.preventDefault();
    event.stopPropagation();
    const [box, [left, right]] = [figure.getBoundingClientRect(), model.get("margins")];
    const at = (event.clientX - box.left - left) / (box.width - left - right);
    if (!wheel) {
      requestAnimationFrame(() => { model.send(wheel); wheel = null; });
      wheel = { kind: "zoom", factor: 1, at: Math.min(1, Math.max(0, at)) };
    }
    wheel.factor *= Math.exp(event.deltaY * 0.0015);
  };

  const attach = () => {
    if (signal.aborted) return;
    plot = el.closest(".nuw-curve");
    if (!plot) { requestAnimationFrame(attach); return; }
    plot.setAttribute("role", "figure");
    plot.addEventListener("dblclick", () => model.send({ kind: "reset" }), { signal });
    plot.addEventListener("wheel", zoom, { signal, passive: false });
    hangRules(model, plot, signal);
    draw();
  };

  model.on("change:note change:legend change:alt", draw);
  draw();
  attach();
  return () => { stop.abort(); model.off("change:note change:legend change:alt", draw); };
}

export default { render };
