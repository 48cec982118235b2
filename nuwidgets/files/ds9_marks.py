"""What the properties of a DS9 shape say of its part: background, a group's name, a text.

Written as ``circle(1,2,3) # tag={NE knot} text={NE knot}``. DS9 draws the text, and puts shapes of
one tag into one group; ``background`` and ``source`` tell the two usual regions apart. Colours and
fonts say nothing here.
"""

from __future__ import annotations

import re

from nuwidgets.domain.named_regions import LONGEST, ROLES

_PROPERTY = re.compile(r"""(\w+)\s*=\s*(\{[^}]*\}|"[^"]*"|'[^']*'|[^\s{"']+)""")


def mark_of(properties: str) -> str:
    """Give what properties call a shape: ``"background"``, a name, or nothing.

    A tag comes before a text, for one tag may hold several shapes together.

    Examples
    --------
    >>> mark_of("color=red tag={NE knot} text={a}"), mark_of("background"), mark_of("width=2")
    ('NE knot', 'background', '')
    """
    pairs = [(name.lower(), _bare(value)) for name, value in _PROPERTY.findall(properties)]
    tags = [value for name, value in pairs if name == "tag" and value]
    roles = [tag for tag in tags if tag in ROLES]
    words = _PROPERTY.sub(" ", properties).lower().split()
    given = dict(pairs)
    if roles:
        return roles[0]
    if "background" in words or given.get("background") == "1" or given.get("source") == "0":
        return "background"
    return tags[0] if tags else given.get("text", "")


def _bare(value: str) -> str:
    """Give a text without what it stands in, on one line, and as short as a name must be."""
    inside = value[1:-1] if value[:1] in ("{", '"', "'") else value
    plain = "".join(letter if letter.isprintable() else " " for letter in inside)
    return " ".join(plain.split())[:LONGEST].rstrip()


def properties_of(name: str, *, shown: bool) -> str:
    """Give the properties that mark a shape as part of a region; `shown` also draws its name."""
    if name == "background":
        return " # tag={background} background"
    said = f" # tag={_quoted(name)}"
    return f"{said} text={_quoted(name)}" if shown and name not in ROLES else said


def _quoted(name: str) -> str:
    """Give a name in braces, or where it has such in what DS9 takes for them."""
    for opens, closes in ("{}", '""', "''"):
        if opens not in name and closes not in name:
            return f"{opens}{name}{closes}"
    return "{" + name.replace("{", "(").replace("}", ")") + "}"
