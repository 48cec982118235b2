"""STAND-IN: the name resolver of the CDS (Sesame), its answers in percent format."""

from __future__ import annotations

from urllib.parse import unquote

from aiohttp import web  # noqa: TID253 - a stand-in needs it at once
from standin_rows import DEC_DEG, RA_DEG, SOURCE

PATH = "/cgi-bin/nph-sesame/"
KNOWN = {
    SOURCE.lower(): (RA_DEG, DEC_DEG),
    "barnard's a": (0.005, DEC_DEG),
    "m 31": (10.684708, 41.26875),
    "t pyx": (136.172542, -32.379861),
}
"""Names in small letters, and right ascension and declination, deg."""


async def resolve(request: web.Request) -> web.StreamResponse | None:
    """Answer a question for a name; None if the request is no such question."""
    if not request.path.startswith(PATH):
        return None
    name = unquote(request.rel_url.raw_query_string.replace("+", " "))
    return web.Response(text=answer(name), content_type="text/plain")


def answer(name: str) -> str:
    """Give what Sesame says to a name."""
    place = KNOWN.get(" ".join(name.lower().split()))
    if place is None:
        found = "#!SIMBAD: No known object was found\n#=N=NED:    0\n#!Nothing found\n"
    else:
        ra_deg, dec_deg = place
        found = (
            "#=S=Simbad (via url):    1\n%@ 1\n%C.0 AGN\n"
            f"%J {ra_deg:09.5f} {dec_deg:+09.5f} = sexagesimal\n%I.0 {name}\n"
        )
    return f"# {name}\t#Q1\n{found}#====Done (2026-Jan-01,00:00:00z)====\n"
