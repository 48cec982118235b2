"""Regions beside source and background, by name: other sources, parts of a nebula, stray light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.goodtimes import FIELD
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = ("source", "background")
"""Names of the two regions that everything rests on."""
TAKEN = (*ROLES, FIELD)
"""What no other region may be called."""
LONGEST = 40
"""A name has at most so many letters."""


@dataclass(frozen=True)
class NamedRegions(Mapping[str, Region]):
    """Regions by name, in the order in which they were made; each a value of its own.

    Examples
    --------
    >>> from nuwidgets.domain.region import Circle
    >>> more = NamedRegions.of({"NE knot": Circle(10, 20, 30)})
    >>> list(more), more["NE knot"].shapes[0].radius_arcsec, more.get("SW knot")
    (['NE knot'], 30.0, None)
    """

    pairs: tuple[tuple[str, Region], ...] = ()
    """Pairs (name, region)."""

    @classmethod
    def of(cls, value: Any) -> NamedRegions:
        """Take named regions, a dict of name and region or shapes, pairs of them, or None.

        Spaces around a name go, and several within it become one, as region files have it; of two
        regions of one name the later one is taken.

        Raises
        ------
        InputError
            If it is none of these, or a name cannot be one.
        """
        if isinstance(value, cls):
            return value
        try:
            pairs = [(name, region) for name, region in dict(value or {}).items()]
        except (TypeError, ValueError) as error:
            raise InputError(
                f"Cannot use {value!r} as named regions. Give a dict of names and regions, such as"
                ' {"NE knot": Circle(ra_deg, dec_deg, 30)}.'
            ) from error
        named = {_name(name): Region.of(region) for name, region in pairs}
        return cls(tuple(named.items()))

    def __getitem__(self, name: str) -> Region:
        """Give the region of a name.

        Raises
        ------
        InputError
            If there is none.
        """
        known = dict(self.pairs)
        if name not in known:
            raise InputError(f"There is no region {name!r}. {nearest(name, list(known))}")
        return known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __contains__(self, name: object) -> bool:
        return name in dict(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def get(self, name: str, default: Any = None) -> Any:
        """Give the region of a name, or what is to stand for one that is not there."""
        return dict(self.pairs).get(name, default)

    def having(self, name: str, region: Region) -> NamedRegions:
        """Give these with one more, or with another region of that name."""
        return NamedRegions.of({**dict(self.pairs), name: region})

    def lacking(self, name: str) -> NamedRegions:
        """Give these without one."""
        return NamedRegions(tuple(pair for pair in self.pairs if pair[0] != name))


def _name(value: Any) -> str:
    name = value.strip() if isinstance(value, str) else ""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST or not name.isprintable() or plain in TAKEN:
        raise InputError(
            f"Cannot name a region {value!r}: {', '.join(map(repr, TAKEN))} are taken. Give 1 to"
            f" {LONGEST} letters."
        )
    return plain
