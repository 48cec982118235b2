"""What each component is in one sentence, its family, and where its formula stands.

The sentences are for people who choose a component; the formulas themselves are in the families'
own files. A component that is not listed (a table, one of one's own) is described by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nuwidgets.science.models.component import Component

KINDS = {"add": "additive", "mul": "multiplicative", "con": "convolution"}
"""The three kinds in words."""
_ACTS = {
    "add": "An additive component: it gives photons.",
    "mul": "A multiplicative component: it gives factors.",
    "con": "A convolution: it changes the photons of what follows it in its product.",
}
OTHERS = "other components"
"""Family of what is not listed."""
_MANUAL = "XSPEC manual"


@dataclass(frozen=True)
class Words:
    """What is said of one component."""

    family: str
    """What it is listed under."""
    sentence: str
    """What it is."""
    source: str
    """Where its formula stands."""


_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "power laws": {
        "powerlaw": ("Power law in photons, norm at 1 keV.", ""),
        "cutoffpl": ("Power law with an exponential cut-off.", ""),
        "zpowerlw": ("Power law at the energies of a source at a redshift.", ""),
        "pegpwrlw": ("Power law whose norm is its flux between two energies.", ""),
        "logpar": ("Power law whose index changes with log energy.", "2004A&A...413..489M"),
        "zlogpar": ("Power law whose index changes with log energy, redshifted.", ""),
        "grbm": ("Band's continuum of a gamma-ray burst.", "1993ApJ...413..281B"),
        "bknpower": ("Power law that changes its index at one energy.", ""),
        "bkn2pow": ("Power law that changes its index at two energies.", ""),
        "cplinear": ("Straight lines between ten points: a background without physics.", ""),
    },
    "black bodies and plasmas": {
        "bbody": ("Black body; the norm is luminosity over distance squared.", ""),
        "bbodyrad": ("Black body; the norm is radius over distance squared.", ""),
        "zbbody": ("Black body of a source at a redshift.", ""),
        "bremss": ("Thermal bremsstrahlung of hydrogen and helium.", "1975ApJ...199..299K"),
        "zbremss": ("Thermal bremsstrahlung of a source at a redshift.", "1975ApJ...199..299K"),
        "apec": ("Thin hot plasma: lines and continuum from AtomDB.", "2012ApJ...756..128F"),
        "vapec": ("Thin hot plasma with abundances of each element.", "2012ApJ...756..128F"),
        "bapec": ("Thin hot plasma whose lines are broadened.", "2012ApJ...756..128F"),
    },
    "discs": {
        "diskbb": ("Standard disc of many black bodies.", "1984PASJ...36..741M"),
        "diskpbb": ("Disc whose temperature falls as radius to -p.", "1994ApJ...426..308M"),
    },
    "Comptonisation and reflection": {
        "bmc": ("Comptonisation by matter that falls in.", "1997ApJ...487..834T"),
        "compST": ("Comptonisation of cool photons by hot electrons.", "1980A&A....86..121S"),
        "compTT": ("Comptonisation of soft photons in a hot plasma.", "1994ApJ...434..570T"),
        "nthComp": ("Thermal Comptonisation between two roll-overs.", "1996MNRAS.283..193Z"),
        "pexrav": ("Cut-off power law reflected by neutral matter.", "1995MNRAS.273..837M"),
        "simpl": ("Scatters a share of the photons into a power law.", "2009PASP..121.1279S"),
        "reflect": ("Reflects the photons from neutral matter.", "1995MNRAS.273..837M"),
    },
    "lines": {
        "gaussian": ("Line with a Gaussian profile; the norm is photons/cm2/s.", ""),
        "zgauss": ("Gaussian line of a source at a redshift.", ""),
        "lorentz": ("Line with a Lorentzian profile.", ""),
    },
    "absorption": {
        "TBabs": ("Absorption by the interstellar medium.", "2000ApJ...542..914W"),
        "zTBabs": (
            "Absorption by gas without grains, at a redshift.",
            "2000ApJ...542..914W",
        ),
        "phabs": ("Photo-electric absorption.", "1996ApJ...465..487V"),
        "zphabs": ("Photo-electric absorption at a redshift.", "1996ApJ...465..487V"),
        "vphabs": ("Photo-electric absorption, abundances of each element.", "1996ApJ...465..487V"),
        "zvphabs": ("The same as vphabs, at a redshift.", "1996ApJ...465..487V"),
        "wabs": ("Photo-electric absorption with older tables.", "1983ApJ...270..119M"),
        "zwabs": ("The same as wabs, at a redshift.", "1983ApJ...270..119M"),
        "pcfabs": ("Absorption of a share of the source.", ""),
        "zpcfabs": ("Absorption of a share of the source, at a redshift.", ""),
        "TBpcf": ("The same as zpcfabs, with the tables of TBabs.", "2000ApJ...542..914W"),
        "partcov": ("Lets an absorption cover a share of the source.", ""),
        "cabs": ("Scattering of photons out of the beam, not absorption.", ""),
        "dust": ("Halo of dust: what is left in the beam.", ""),
        "redden": ("Extinction in the infrared to ultraviolet.", "1989ApJ...345..245C"),
        "uvred": ("Extinction in the ultraviolet.", "1979MNRAS.187P..73S"),
    },
    "edges and absorption lines": {
        "edge": ("Absorption edge.", ""),
        "zedge": ("Absorption edge of a source at a redshift.", ""),
        "smedge": ("Absorption edge that is smeared.", "Ebisawa 1991, PhD thesis, Tokyo"),
        "gabs": ("Absorption line with a Gaussian profile.", ""),
        "cyclabs": ("Cyclotron line and its second harmonic.", "1990Natur.346..250M"),
    },
    "cut-offs and factors": {
        "constant": ("The same factor at all energies: calibrates spectra.", ""),
        "highecut": ("Exponential cut-off above an energy.", ""),
        "zhighect": ("Exponential cut-off above an energy, redshifted.", ""),
        "expfac": ("Exponential change above an energy.", ""),
        "spexpcut": ("Super-exponential cut-off.", ""),
        "plabs": ("A power law as a factor.", ""),
    },
    "flux, shifts and smoothing": {
        "cflux": ("Makes the flux in a band a parameter.", ""),
        "cpflux": ("Makes the photon flux in a band a parameter.", ""),
        "clumin": ("Makes the luminosity in a band a parameter.", ""),
        "zashift": ("Moves energies by a redshift.", ""),
        "vashift": ("Moves energies by a velocity.", ""),
        "gsmooth": ("Smooths with a Gaussian.", ""),
        "lsmooth": ("Smooths with a Lorentzian.", ""),
    },
}
WORDS: dict[str, Words] = {
    name: Words(family, sentence, source or f"{_MANUAL}, model {name}")
    for family, texts in _TEXTS.items()
    for name, (sentence, source) in texts.items()
}
"""What is said of components, by XSPEC's name."""


def describe(component: Component) -> Words:
    """Say what a component is; of one that is not listed its kind.

    Examples
    --------
    >>> from nuwidgets.science.models.components import find_component
    >>> describe(find_component("tbabs")).sentence
    'Absorption by the interstellar medium.'
    """
    if component.name in WORDS:
        return WORDS[component.name]
    return Words(OTHERS, _ACTS[component.kind], "")
