"""STAND-IN for astroquery.heasarc: a catalogue of three rows, an archive that writes empty files."""

import os
from pathlib import Path

from astropy.coordinates import SkyCoord
from astropy.table import Row, Table
from standin_calls import record

CATALOGS = {"numaster": "NuSTAR Master Catalog", "swiftmastr": "Swift Master Catalog"}
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
        return Table({"name": list(CATALOGS), "description": list(CATALOGS.values())})

    def query_region(
        self, position, catalog, radius=None, *, spatial="cone", columns=None, maxrec=None
    ):
        if catalog not in CATALOGS:
            raise ValueError(f"InvalidQueryError: no catalog {catalog!r}")
        if not isinstance(position, SkyCoord):
            raise TypeError("position must be a SkyCoord")
        record("Heasarc.query_region", catalog=catalog, ra=position.ra.deg, dec=position.dec.deg)
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
        urls = [f"https://heasarc.gsfc.nasa.gov/FTP/nustar/{i[1:3]}/{i[0]}//{i}/" for i in ids]
        return Table({"ID": query_result["__row"], "access_url": urls, "aws": urls})

    def download_data(self, links, host="heasarc", location="."):
        if host not in HOSTS:
            raise ValueError("host has to be one of 'heasarc', 'sciserver', 'aws'")
        if not Path(location).is_dir():
            raise FileNotFoundError(f"location {location!r} must exist")
        ids = [url.rstrip("/").rpartition("/")[2] for url in links["access_url"]]
        record("Heasarc.download_data", host=host, location=str(location), obsid=ids)
        for obs_id in ids:
            _observation(Path(location) / obs_id, f"nu{obs_id}")


def _observation(folder, stem):
    names = [f"{stem}.cat.gz", f"auxil/{stem}_att.fits.gz", f"hk/{stem}_chu123.fits.gz"]
    for module in "AB":
        names += [f"event_uf/{stem}{module}_uf.evt.gz", f"hk/{stem}{module}_fpm.hk.gz"]
        names += [f"event_cl/{stem}{module}01_cl.evt.gz"]
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


Heasarc = HeasarcClass()
