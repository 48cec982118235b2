"""A private JupyterLab server and one Chromium, for one module of tests after the other."""

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
from typing import Self

from playwright.sync_api import sync_playwright

CHROMIUM_FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
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


class Host:
    """A JupyterLab server with its own folders, and a browser that keeps what it has loaded.

    Parameters
    ----------
    folder : Path
        Empty folder for notebooks, settings and logs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.guests = 0
        """How many have had a page here."""

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
        self.context = self.browser.new_context()
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def close(self) -> None:
        """End the browser, the server and its kernels."""
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

    def end_kernels(self) -> None:
        """End all kernels: those of a module whose tests are over cost time and memory."""
        with urllib.request.urlopen(f"{self.url}/api/sessions", timeout=10) as answer:  # noqa: S310
            known = json.load(answer)
        for one in known:
            address = f"{self.url}/api/sessions/{one['id']}"
            request = urllib.request.Request(address, method="DELETE")  # noqa: S310
            with contextlib.suppress(OSError):
                urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
