"""How fast contours and goodness are; prints JSON medians in s.

Uses the real spectra of ../shared.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from nuwidgets.session import Session

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "fit_sets"
CASES = {
    "3c273_chi": ("chandra_3c273/3c273.pi", "chi", ("**-0.5 7.0-**",)),
    "ngc7793pn_cstat": (
        "xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits", "cstat", ("bad", "**-0.3 10.0-**"),
    ),
}  # fmt: skip
REPEATS = 5


def measure(name: str) -> dict[str, float]:
    path, statistic, ignore = CASES[name]
    with Session(live=False) as session:
        session.add_spectrum(SHARED / path)
        session.fit.statistic, session.fit.ignore = statistic, ignore
        session.fit.model = "tbabs*powerlaw"
        session.fit.run()
        session.contours.around("PhoIndex", "nH", n=20)
        session.goodness.n = 100
        found = {}
        for step in (session.contours, session.goodness):
            took = []
            for _ in range(REPEATS):
                began = time.perf_counter()
                step.run(anew=True)
                took.append(time.perf_counter() - began)
            found[f"{type(step).__name__}_s"] = statistics.median(took)
    return found


def main() -> None:
    if not SHARED.is_dir():
        sys.exit("The folder of real spectra ../shared/data is not there.")
    print(json.dumps({name: measure(name) for name in CASES}, indent=1))


if __name__ == "__main__":
    main()
