"""A page in a private JupyterLab: notebooks run, shapes dragged, pictures taken."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import nbformat
from host import Host, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Lab", "chromium"]

IDLE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.sessionContext?.isReady && panel.sessionContext.session?.kernel?.status === 'idle';
}"""
RESTART = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
EXECUTE = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const out = [];
  const future = kernel.requestExecute({ code, store_history: false });
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === 'stream') out.push(content.text);
    if (header.msg_type === 'execute_result') out.push(content.data['text/plain']);
    if (header.msg_type === 'error') out.push(content.traceback.join('\\n'));
  };
  const reply = await future.done;
  return [reply.content.status, out.join('')];
}"""
DRAG = """async ({ from, to, steps, hz, release }) => {
  const fire = (type, x, y, target) => target.dispatchEvent(new PointerEvent(type, {
    clientX: x, clientY: y, bubbles: true, cancelable: true, composed: true, pointerId: 1,
    isPrimary: true, button: type === 'pointermove' ? -1 : 0, buttons: 1 }));
  const start = document.elementFromPoint(...from);
  let frames = 0, running = true;
  const count = () => { frames += 1; if (running) requestAnimationFrame(count); };
  fire('pointerdown', ...from, start);
  const began = performance.now();
  requestAnimationFrame(count);
  for (let i = 1; i <= steps; i++) {
    const due = began + (1000 * i) / hz;
    await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
    const f = i / steps;
    fire('pointermove', from[0] + f * (to[0] - from[0]), from[1] + f * (to[1] - from[1]), start);
  }
  const seconds = (performance.now() - began) / 1000;
  running = false;
  if (release) fire('pointerup', ...to, start);
  return { seconds, fps: frames / seconds };
}"""
OF_BQPLOT = (
    "attribute transform",  # its first draw
    "Error setting state: Cannot read properties of undefined (reading 'x')",
)
"""What bqplot says though nothing is lost: the second, where numbers reach a mark before its scales
are there; it is drawn with them when they are."""


class Lab:
    """A page in JupyterLab, with a folder of its own.

    Parameters
    ----------
    folder : Path
        Empty folder for notebooks, settings and logs, where there is no host yet.
    size : (int, int)
        Width and height of the page; tall, for what is outside gets no pointer events.
    host : Host, optional
        The server and browser that others use too; one of its own unless given.

    Examples
    --------
    >>> with Lab(tmp_path) as lab:  # doctest: +SKIP
    ...     lab.open_notebook(["import nuwidgets", "view"])
    ...     lab.run_all(until=".nuw-image")
    ...     lab.python("view.regions")
    """

    page: Page

    def __init__(
        self, folder: Path, size: tuple[int, int] = (1300, 1500), host: Host | None = None
    ) -> None:
        self.folder = folder
        self.size = size
        self.messages: list[str] = []
        self._count = 0
        self.host, self._own = host or Host(folder), host is None

    def __enter__(self) -> Self:
        if self._own:
            self.host.__enter__()
        self.host.guests += 1
        self._home = f"m{self.host.guests}"
        (self.host.folder / "notebooks" / self._home).mkdir()
        width, height = self.size
        self.page = self.host.context.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.messages.append(line.text) if line.type == "error" else None,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the page and its kernels; server and browser too, unless others use them."""
        self.page.close()
        if self._own:
            self.host.close()
        else:
            self.host.end_kernels()

    @property
    def url(self) -> str:
        """Address of the server."""
        return self.host.url

    def open_notebook(self, cells: list[str], theme: str = "light") -> None:
        """Open a new notebook with these code cells and wait for its kernel."""
        self._count += 1
        name = f"test{self._count}.ipynb"
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, self.host.folder / "notebooks" / self._home / name)
        place = f"{self._home}-{self._count}/tree/{self._home}/{name}"
        self.page.goto(f"{self.url}/lab/workspaces/{place}?reset")
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
        self.page.wait_for_function(IDLE)
        self.page.evaluate("""async () => { const labShell = jupyterapp.shell;
            labShell.collapseLeft?.(); labShell.collapseRight?.(); }""")
        self.theme(theme)

    def come_back(self) -> None:
        """Save the notebook, restart its kernel, load the page again: as on another day."""
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        self.page.evaluate(RESTART)
        self.page.reload()
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
        self.page.wait_for_function(IDLE)

    def clipboard(self) -> str:
        """Text on the clipboard of the page."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def run_all(self, until: str = "") -> None:
        """Run every cell, wait for the kernel, and until the selector `until` is there."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(IDLE)
        if until:
            self.page.wait_for_selector(until, state="attached")

    def python(self, code: str) -> str:
        """What `code` prints or gives in the notebook's kernel; its traceback is an error here."""
        status, out = self.page.evaluate(EXECUTE, code)
        if status != "ok":
            raise AssertionError(f"{code}\n{out}")
        return str(out).strip()

    def wait_python(self, expression: str, seconds: float = 5.0) -> None:
        """Wait until an expression is true in the kernel."""
        until = time.monotonic() + seconds
        while self.python(f"bool({expression})") != "True":
            if time.monotonic() > until:
                raise AssertionError(f"not true within {seconds} s: {expression}")
            time.sleep(0.05)

    def theme(self, name: str) -> None:
        """Switch to the "light" or "dark" theme."""
        full = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[name]
        self.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", full
        )
        light = "true" if name == "light" else "false"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")

    def centre(self, selector: str, index: int = 0) -> tuple[float, float]:
        """Middle of an element on the page."""
        box = self.page.locator(selector).nth(index).bounding_box()
        assert box is not None, f"{selector} is not on the page"
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        steps: int = 30,
        hz: float = 60.0,
        release: bool = True,
    ) -> dict[str, float]:
        """Drag in the page with pointer events at `hz`; gives seconds and frames per second."""
        order: dict[str, Any] = {"from": start, "to": end, "steps": steps, "hz": hz}
        return self.page.evaluate(DRAG, {**order, "release": release})

    @property
    def complaints(self) -> list[str]:
        """What the page's console says is wrong, but for what bqplot says without harm."""
        return [m for m in self.messages if not any(one in m for one in OF_BQPLOT)]

    def screenshot(self, name: str, selector: str = "") -> Path:
        """Picture of the page or of one element, in NUWIDGETS_SCREENSHOTS or the test's folder."""
        folder = Path(os.environ.get("NUWIDGETS_SCREENSHOTS") or self.folder / "shots")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        if selector:
            self.page.locator(selector).first.screenshot(path=path)
        else:
            self.page.screenshot(path=path)
        return path
