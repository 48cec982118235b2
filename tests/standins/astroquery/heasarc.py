"""STAND-IN for astroquery.heasarc: catalogues of a few rows, an archive that writes empty files."""

import os
from pathlib import Path

from astropy.coordinates import SkyCoord
from astropy.table import Row, Table
from astropy.units import Quantity
from standin_calls import record

CATALOGS = {
    "nustarmastold": "NuSTAR, an older list",
    "numaster": "NuSTAR Master Catalog",
    "swiftmastr": "Swift Master Catalog",
    "swiftgrb": "Swift GRB Catalog",
    "chanmaster": "Chandra Observations",
}
FOLDERS = {
    "numaster": "nustar/data/obs/{0[1]}{0[2]}/{0[0]}//{0}/",
    "swiftmastr": "swift/data/obs/2011_08//{0}/",
}
HOSTS = ("heasarc", "sciserver", "aws")


def from_name(name, *args, **kwargs):
    """Answer without the network, where the real one asks Sesame."""
    record("SkyCoord.from_name", name=name)
    return SkyCoord(280.0, 35.0, unit="deg")


SkyCoord.from_name = from_name


class HeasarcClass:
    """The documented calls of HeasarcClass that a tutorial uses."""

    def __init__(self):
        self._last = None

    def list_catalogs(self, *, master=False, keywords=None):
        record("Heasarc.list_catalogs", master=master, keywords=keywords)
        several = [keywords] if isinstance(keywords, str) else keywords or [""]
        wanted = [one.lower().split() for one in several]
        names = [
            name
            for name, says in CATALOGS.items()
            if ("mast" in name or not master)
            and any(all(w in f"{name} {says}".lower() for w in words) for words in wanted)
        ]
        return Table(
            {"name": names, "description": [CATALOGS[name] for name in names]}, dtype=(str, str)
        )

    def get_default_radius(self, catalog):
        if catalog not in CATALOGS:
            raise ValueError(f"InvalidQueryError: no catalog {catalog!r}")
        record("Heasarc.get_default_radius", catalog=catalog)
        return Quantity(15.0, "arcmin")

    def query_region(
        self, position, catalog, radius=None, *, spatial="cone", columns=None, maxrec=None
    ):
        if catalog not in CATALOGS:
            raise ValueError(f"InvalidQueryError: no catalog {catalog!r}")
        if not isinstance(position, SkyCoord):
            raise TypeError("position must be a SkyCoord")
        arcmin = None if radius is None else float(Quantity(radius).to_value("arcmin"))
        at = {"ra": position.icrs.ra.deg, "dec": position.icrs.dec.deg, "radius_arcmin": arcmin}
        record("Heasarc.query_region", catalog=catalog, **at)
        self._last = catalog
        wanted = os.environ.get("STANDIN_OBS_IDS", "99901110002").split()
        ids = ["10000000001", *wanted, "10000000002"]
        n = len(ids)
        return Table(
            {
                "name": ["SOMETHING"] * n,
                "ra": [position.ra.deg] * n,
                "dec": [position.dec.deg] * n,
                "obsid": ids,
                "__row": [str(i) for i in range(n)],
            }
        )

    def locate_data(self, query_result, catalog_name=None):
        if not isinstance(query_result, Table | Row):
            raise TypeError("query_result need to be an astropy.table.Table")
        if "__row" not in query_result.colnames:
            raise ValueError("No __row column found")
        if (catalog_name or self._last) not in CATALOGS:
            raise ValueError(f"Unknown catalog name {catalog_name}")
        if len(query_result) == 0:
            raise ValueError("the table has no rows")
        ids = [str(v) for v in query_result["obsid"]]
        record("Heasarc.locate_data", catalog_name=catalog_name, obsid=ids)
        folder = FOLDERS[catalog_name or self._last]
        urls = [f"https://heasarc.gsfc.nasa.gov/FTP/{folder.format(i)}" for i in ids]
        return Table({"ID": query_result["__row"], "access_url": urls, "aws": urls})

    def download_data(self, links, host="heasarc", location="."):
        if host not in HOSTS:
            raise ValueError("host has to be one of 'heasarc', 'sciserver', 'aws'")
        if not Path(location).is_dir():
            raise FileNotFoundError(f"location {location!r} must exist")
        ids = [url.rstrip("/").rpartition("/")[2] for url in links["access_url"]]
        record("Heasarc.download_data", host=host, location=str(location), obsid=ids)
        for obs_id in ids:
            swift = all("/swift/" in url for url in links["access_url"])
            _observation(Path(location) / obs_id, obs_id, swift=swift)


def _observation(folder, obs_id, *, swift):
    stem = f"nu{obs_id}"
    names = [f"{stem}.cat.gz", f"auxil/{stem}_att.fits.gz", f"hk/{stem}_chu123.fits.gz"]
    for module in "AB":
        names += [f"event_uf/{stem}{module}_uf.evt.gz", f"hk/{stem}{module}_fpm.hk.gz"]
        names += [f"event_cl/{stem}{module}01_cl.evt.gz"]
    if swift:
        names = [f"xrt/event/sw{obs_id}xpcw3po_{kind}.evt.gz" for kind in ("uf", "cl")]
        names += [f"xrt/hk/sw{obs_id}xhd.hk.gz", f"auxil/sw{obs_id}pat.fits.gz"]
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


Heasarc = HeasarcClass()
