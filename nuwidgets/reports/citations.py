"""What a paper cites: missions, tables, methods and software, for Markdown and BibTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Reference:
    """One publication."""

    key: str
    """Name in BibTeX."""
    authors: str
    """As BibTeX has them."""
    short: str
    """As text has them, without the year."""
    year: int
    """Year."""
    title: str
    """Title, in LaTeX."""
    journal: str
    """Journal, in LaTeX, or the book's title."""
    volume: str
    """Volume."""
    page: str
    """First page."""
    bibcode: str
    """Its name at ADS, the Astrophysics Data System."""
    kind: str = "article"
    """Kind of entry."""

    @property
    def link(self) -> str:
        """Its page at ADS."""
        return f"https://ui.adsabs.harvard.edu/abs/{self.bibcode.replace('&', '%26')}"

    @property
    def words(self) -> str:
        """As text names it."""
        return f"{self.short} {self.year}"

    @property
    def bibtex(self) -> str:
        """Its entry."""
        home = "booktitle" if self.kind == "inproceedings" else "journal"
        fields = {
            "author": self.authors,
            "title": f"{{{self.title}}}",
            home: self.journal,
            "year": str(self.year),
            "volume": self.volume,
            "pages": self.page,
            "adsurl": self.link.replace("%", r"\%"),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"]) + "\n"


_ALL = (
    Reference(
        "Harrison2013", "Harrison, F. A. and others", "Harrison et al.", 2013,
        "The Nuclear Spectroscopic Telescope Array (NuSTAR) High-energy X-Ray Mission",
        "The Astrophysical Journal", "770", "103", "2013ApJ...770..103H",
    ),
    Reference(
        "Wilms2000", "Wilms, J. and Allen, A. and McCray, R.", "Wilms, Allen & McCray", 2000,
        "On the Absorption of X-Rays in the Interstellar Medium",
        "The Astrophysical Journal", "542", "914", "2000ApJ...542..914W",
    ),
    Reference(
        "Verner1996", "Verner, D. A. and others", "Verner et al.", 1996,
        "Atomic Data for Astrophysics. {II}. New Analytic Fits for Photoionization Cross Sections"
        " of Atoms and Ions",
        "The Astrophysical Journal", "465", "487", "1996ApJ...465..487V",
    ),
    Reference(
        "Balucinska1992", "Balucinska-Church, M. and McCammon, D.",
        "Balucinska-Church & McCammon", 1992,
        "Photoelectric Absorption Cross Sections with Variable Abundances",
        "The Astrophysical Journal", "400", "699", "1992ApJ...400..699B",
    ),
    Reference(
        "Anders1989", "Anders, E. and Grevesse, N.", "Anders & Grevesse", 1989,
        "Abundances of the elements: Meteoritic and solar",
        "Geochimica et Cosmochimica Acta", "53", "197", "1989GeCoA..53..197A",
    ),
    Reference(
        "Asplund2009", "Asplund, M. and Grevesse, N. and Sauval, A. J. and Scott, P.",
        "Asplund et al.", 2009, "The Chemical Composition of the Sun",
        r"Annual Review of Astronomy and Astrophysics", "47", "481", "2009ARA&A..47..481A",
    ),
    Reference(
        "Kaastra2016", "Kaastra, J. S. and Bleeker, J. A. M.", "Kaastra & Bleeker", 2016,
        "Optimal binning of X-ray spectra and response matrix design",
        r"Astronomy \& Astrophysics", "587", "A151", "2016A&A...587A.151K",
    ),
    Reference(
        "Cash1979", "Cash, W.", "Cash", 1979,
        "Parameter estimation in astronomy through application of the likelihood ratio",
        "The Astrophysical Journal", "228", "939", "1979ApJ...228..939C",
    ),
    Reference(
        "Arnaud1996", "Arnaud, K. A.", "Arnaud", 1996, "{XSPEC}: The First Ten Years",
        "Astronomical Data Analysis Software and Systems V, ASP Conference Series", "101", "17",
        "1996ASPC..101...17A", "inproceedings",
    ),
    Reference(
        "JamesRoos1975", "James, F. and Roos, M.", "James & Roos", 1975,
        "Minuit - a system for function minimization and analysis of the parameter errors and"
        " correlations",
        "Computer Physics Communications", "10", "343", "1975CoPhC..10..343J",
    ),
    Reference(
        "Astropy2022", "{Astropy Collaboration}", "Astropy Collaboration", 2022,
        "The Astropy Project: Sustaining and Growing a Community-oriented Open-source Project and"
        " the Latest Major Release (v5.0) of the Core Package",
        "The Astrophysical Journal", "935", "167", "2022ApJ...935..167A",
    ),
    Reference(
        "Hunter2007", "Hunter, J. D.", "Hunter", 2007, "Matplotlib: A 2D Graphics Environment",
        "Computing in Science and Engineering", "9", "90", "2007CSE.....9...90H",
    ),
    Reference(
        "Harris2020", "Harris, C. R. and others", "Harris et al.", 2020,
        "Array programming with {NumPy}", "Nature", "585", "357", "2020Natur.585..357H",
    ),
    Reference(
        "Virtanen2020", "Virtanen, P. and others", "Virtanen et al.", 2020,
        "{SciPy} 1.0: fundamental algorithms for scientific computing in Python",
        "Nature Methods", "17", "261", "2020NatMe..17..261V",
    ),
)  # fmt: skip
REFERENCES = {one.key: one for one in _ALL}
"""All that can be cited, by key."""
ABUNDANCES = {"wilm": "Wilms2000", "angr": "Anders1989", "aspl": "Asplund2009"}
"""What each abundance table is from."""
CROSS_SECTIONS = {"vern": "Verner1996", "bcmc": "Balucinska1992"}
"""What each table of cross sections is from."""


def bibtex(keys: Iterable[str]) -> str:
    """Give the entries of publications, by year."""
    found = sorted({REFERENCES[key] for key in keys}, key=lambda one: (one.year, one.key))
    return "\n".join(one.bibtex for one in found)
