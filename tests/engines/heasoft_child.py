"""A process that runs a toy in a workspace, and says what came of it: to be killed, or watched."""

from __future__ import annotations

import json
import sys

from heasoft_toys import toy

from nuwidgets.engines.heasoft.runs import Runs

if __name__ == "__main__":
    home, script = sys.argv[1:]
    run = Runs(home).run(toy(script))
    print(json.dumps([run.state, run.began_s, run.files]))
