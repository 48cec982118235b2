"""Run a task of the stand-in tree as a shell would."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from headas_standin import headas_environ


@dataclass(frozen=True)
class Shell:
    """A terminal in which the tree is HEASoft; each run has par files and a folder of its own."""

    headas: Path

    def run(self, task: str, *words: str, stdin: str = "", **environ: str) -> tuple[int, str]:
        """Give exit status and output, joined; prompts are off unless HEADASNOQUERY is "ask"."""
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [str(self.headas / "bin" / task), *words],
                env=self.environ(home, **environ), cwd=home, input=stdin.encode(), check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
            )  # fmt: skip
            left = [path.name for path in Path(home).iterdir() if path.name != "pfiles"]
        text = done.stdout.decode("utf-8", "replace")
        return done.returncode, text + "".join(f"left behind: {name}\n" for name in left)

    def environ(self, home: str | Path, **environ: str) -> dict[str, str]:
        """Give the environment of a run whose par files are below `home`."""
        own = {"HEADASNOQUERY": "", "PFILES": f"{home}/pfiles;{self.headas / 'syspfiles'}"}
        given = headas_environ(self.headas) | own | environ
        return {k: v for k, v in given.items() if v != "ask"}
