"""A private JupyterLab and one Chromium page: notebooks run, shapes dragged, pictures taken."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import nbformat
from playwright.sync_api import Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
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
SETTINGS = {
    "apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True
    },
}  # fmt: skip


def chromium() -> str | None:
    """Path of the Chromium to drive, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Lab:
    """A JupyterLab server with its own folders, and a page in it.

    Parameters
    ----------
    folder : Path
        Empty folder for notebooks, settings and logs.
    size : (int, int)
        Width and height of the page; tall, for what is outside gets no pointer events.

    Examples
    --------
    >>> with Lab(tmp_path) as lab:  # doctest: +SKIP
    ...     lab.open_notebook(["import nuwidgets", "view"])
    ...     lab.run_all(until=".nuw-image")
    ...     lab.python("view.regions")
    """

    page: Page

    def __init__(self, folder: Path, size: tuple[int, int] = (1300, 1500)) -> None:
        self.folder = folder
        self.size = size
        self.messages: list[str] = []
        self._count = 0

    def __enter__(self) -> Self:
        try:
            self._serve()
            self._browse()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        home = self.folder / "home"
        for name, value in SETTINGS.items():
            path = home / "settings/@jupyterlab" / name
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(value))
        (self.folder / "notebooks").mkdir()
        self.port = _free_port()
        places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTERLAB_SETTINGS_DIR": "settings",
                  "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTER_RUNTIME_DIR": "runtime",
                  "IPYTHONDIR": "ipython"}  # fmt: skip
        env = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1", PYTHONWARNINGS="default")
        env.update({key: str(home / name) for key, name in places.items()})
        env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
        options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}",
                   "--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.folder / 'notebooks'}",
                   "--IdentityProvider.token=", "--ServerApp.password=",
                   "--ServerApp.disable_check_xsrf=True", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
        with (self.folder / "server.log").open("wb") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait_for_server()

    def _wait_for_server(self, seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.server.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/api", timeout=2).close()  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return
        log = (self.folder / "server.log").read_text()[-2000:]
        raise RuntimeError(f"JupyterLab did not start in {seconds} s:\n{log}")

    def _browse(self) -> None:
        self.driver = sync_playwright().start()
        self.browser = self.driver.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        width, height = self.size
        self.page = self.browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(30_000)
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.messages.append(line.text) if line.type == "error" else None,
        )

    def close(self) -> None:
        """End the page, the browser, the server and its kernels."""
        if hasattr(self, "browser"):
            self.browser.close()
        if hasattr(self, "driver"):
            self.driver.stop()
        if hasattr(self, "server"):
            self._end_server()

    def _end_server(self) -> None:
        self.server.terminate()  # the server shuts its kernels down
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(5)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def open_notebook(self, cells: list[str], theme: str = "light") -> None:
        """Open a new notebook with these code cells and wait for its kernel."""
        self._count += 1
        name = f"test{self._count}.ipynb"
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, self.folder / "notebooks" / name)
        self.page.goto(f"{self.url}/lab/workspaces/w{self._count}/tree/{name}?reset")
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
