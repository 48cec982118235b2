"""STAND-IN: every call of the stand-ins, in order, in the JSON file named by STANDIN_CALLS."""

import json
import os
from pathlib import Path

CALLS = []
FILE = Path(os.environ.get("STANDIN_CALLS", "standin-calls.json")).absolute()


def record(name, /, **values):
    """Add one call and write all of them."""
    CALLS.append({"call": name, **values})
    FILE.write_text(json.dumps(CALLS, indent=1, default=str))
