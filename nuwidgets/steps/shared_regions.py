"""Choose one source and one background region for many observations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.shared_regions import SharedRegions, SharedRegionsRequest
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_sky_region(value: Any) -> Region:
    """Take a region whose shapes lie on the sky.

    Raises
    ------
    InputError
        If a shape lies on pixels, which mean another place in every observation.
    """
    region = Region.of(value)
    for shape in region.shapes:
        if type(shape).__name__.startswith("Pixel"):
            raise InputError(
                f"Cannot share {shape!r}: its pixels are another place in every observation."
                " Give it on the sky, e.g. Circle(ra_deg=136.17, dec_deg=-32.38,"
                " radius_arcsec=180)."
            )
    return region


def as_names(value: Any) -> tuple[str, ...]:
    """Take names of datasets, each once.

    Raises
    ------
    InputError
        If it is no list of texts.
    """
    names: Iterable[Any] = (value,) if isinstance(value, str) else value
    try:
        found = tuple(dict.fromkeys(names))
    except TypeError:
        found = (None,)
    if not all(isinstance(name, str) for name in found):
        raise InputError(f"Cannot use {value!r} as names of datasets. Give a list of texts.")
    return found


class SharedRegionsStep(Step[SharedRegionsRequest, SharedRegions]):
    """Gives observations the same regions; those in `apart` have their own.

    Setting a region here sets it in every observation that is not `apart`; setting another one in
    an observation sets it apart.
    """

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "apart": ((), ("00032027001XRT",)),
        "source": (Circle(10, 20, 180), Circle(10, 20, 100)),
        "background": (None, Circle(10, 20.1, 100)),
    }

    apart = Value(as_names, (), "names of datasets")
    source = Value(as_sky_region, None, "a Region, a shape, or a list of shapes, on the sky")
    background = Value(as_sky_region, None, "a Region, a shape, a list of shapes, or None")

    @property
    def on(self) -> bool:
        """Whether there is a source region that is shared."""
        return bool(self.source)

    def join(self, *names: str) -> None:
        """Let observations have the shared regions again."""
        self.door.do(self._part, tuple(n for n in self.apart if n not in names))

    def leave_out(self, *names: str) -> None:
        """Let observations keep the regions of their own from now on."""
        self.door.do(self._part, (*self.apart, *names))

    def _part(self, names: tuple[str, ...]) -> None:
        self.apart = names

    def request(self) -> SharedRegionsRequest:
        """Give what is shared."""
        return SharedRegionsRequest(self.source, self.background, self.apart)
