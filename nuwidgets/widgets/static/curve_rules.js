// Lines across a panel that a hand moves: dragged, or by the arrow keys; each says its value.

const TOP = 5; // pixels above the frame of a panel, as curve_frame.py has it
const [SMALL, LARGE] = [0.01, 0.1]; // steps of the arrow keys, over the height of the panel

/**
 * Draw the lines over a plot; gives what takes them away.
 * @param {any} model the head of the plot
 * @param {HTMLElement} plot
 * @param {AbortSignal} signal
 */
function hangRules(model, plot, signal) {
  const layer = plot.appendChild(document.createElement("div"));
  layer.className = "nuw-rules";
  /** @type {Map<string, HTMLElement>} */
  const lines = new Map();
  let held = "";
  let news = null;

  const rule = (name) => model.get("rules").find((one) => one.name === name);
  const frame = ({ panel, tall }) => {
    const figure = plot.querySelectorAll(".bqplot")[panel]?.getBoundingClientRect();
    const home = plot.getBoundingClientRect();
    return figure && { top: figure.top + TOP, left: figure.left - home.left, width: figure.width, above: home.top, tall };
  };

  const lay = (line, one, at) => {
    const box = frame(one);
    if (!box) return;
    const [left, right] = model.get("margins");
    line.style.left = `${box.left + left}px`;
    line.style.width = `${box.width - left - right}px`;
    line.classList.toggle("nuw-low", at < 0.3);
    line.style.top = `${box.top - box.above + (1 - at) * box.tall}px`;
  };

  const send = (name, at) => {
    if (!news) requestAnimationFrame(() => { model.send(news); news = null; });
    news = { kind: "rule", name, at };
    lay(lines.get(name), rule(name), at);
  };

  const make = (name) => {
    const line = layer.appendChild(document.createElement("div"));
    const word = line.appendChild(document.createElement("span"));
    line.className = "nuw-rule";
    line.tabIndex = 0;
    line.setAttribute("role", "slider");
    line.setAttribute("aria-orientation", "vertical");
    line.setAttribute("aria-valuemin", "0");
    line.setAttribute("aria-valuemax", "1");
    word.className = "nuw-rule-word";
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      line.setPointerCapture?.(event.pointerId);
      line.focus();
      held = name;
    });
    line.addEventListener("pointermove", (event) => {
      if (held !== name) return;
      const box = frame(rule(name));
      if (box) send(name, Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.tall)));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      line.addEventListener(end, () => { held = ""; draw(); });
    }
    line.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      const step = way * (event.shiftKey ? LARGE : SMALL);
      send(name, Math.min(1, Math.max(0, rule(name).at + step)));
    });
    lines.set(name, line);
    return line;
  };

  const draw = () => {
    const rules = model.get("rules");
    for (const [name, line] of lines) {
      if (!rule(name)) { line.remove(); lines.delete(name); }
    }
    for (const one of rules) {
      const line = lines.get(one.name) ?? make(one.name);
      line.style.color = one.color;
      line.classList.toggle("nuw-parked", one.text === "none");
      line.setAttribute("aria-label", one.label);
      line.setAttribute("aria-valuenow", one.at.toFixed(3));
      line.setAttribute("aria-valuetext", one.text);
      line.title = `${one.label}: ${one.text}. Drag, or use the arrow keys.`;
      line.firstChild.textContent = one.text === "none" ? one.label : `${one.label} ${one.text}`;
      if (held !== one.name) lay(line, one, one.at);
    }
  };

  const watch = new ResizeObserver(draw);
  watch.observe(plot);
  model.on("change:rules", draw);
  signal.addEventListener("abort", () => { watch.disconnect(); model.off("change:rules", draw); layer.remove(); });
  draw();
}
