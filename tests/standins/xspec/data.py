"""STAND-IN: AllData and Spectrum."""

import re
import sys
from pathlib import Path

from astropy.io import fits
from standin_calls import record

from nuwidgets.science import ranges
from xspec.settings import Restricted, Xset

NONE = ("", "none")


def _found(name):
    """Give a file as the working folder has it; files that are named are opened from there."""
    path = Path(name)
    return str(path.absolute()) if path.is_file() else None


class Response(Restricted):
    """A response; its ARF can be set."""

    _known = ("arf",)

    def __init__(self, rmf, arf):
        self.__dict__["rmf"] = rmf
        self.__dict__["_arf"] = arf

    @property
    def arf(self):
        if self._arf is None:
            raise Exception("Error: Response has no Arf.")
        return self._arf

    @arf.setter
    def arf(self, name):
        path = None if name is None else _found(name)
        if name is not None and path is None:
            raise Exception(f"the arf {name!r} is not there; PyXspec would say so on stderr alone")
        self.__dict__["_arf"] = path
        record("Response.arf", path=path)


class Responses:
    """The responses of a spectrum for the sources behind the first, counted from 0."""

    def __init__(self, spectrum):
        self.made, self._spectrum = {}, spectrum

    def __getitem__(self, place):
        if place not in self.made:
            raise Exception(f"Error: No response is assigned to source {place + 1}")
        return self.made[place]

    def __setitem__(self, place, name):
        path = _found(name)
        if path is None:
            raise Exception(f"the response {name!r} is not there; PyXspec would not raise")
        self.made[place] = Response(path, None)


class Spectrum(Restricted):
    """A loaded spectrum."""

    _known = ("background", "response")

    def __init__(self, name, number, group):
        path, row = re.fullmatch(r"(.*?)(\{\d+\})?", name).groups()
        header = fits.getheader(path, "SPECTRUM")
        self.__dict__.update(fileName=name, index=number, dataGroup=group, flux=None)
        self.__dict__["multiresponse"] = Responses(self)
        links = {
            k: str(header.get(k, "none")).strip() for k in ("BACKFILE", "RESPFILE", "ANCRFILE")
        }
        files = {k: _found(v) if v.lower() not in NONE else None for k, v in links.items()}
        self._wanted = {k for k, v in links.items() if v.lower() not in NONE}
        self._row = row
        self._background = files["BACKFILE"]
        rmf = files["RESPFILE"]
        self._response = Response(rmf, files["ANCRFILE"]) if rmf else None
        for key in self._wanted:
            if files[key] is None:
                print(f"***Warning: {key} {links[key]} not found", file=sys.stderr)

    @property
    def background(self):
        if self._background is None:
            raise Exception("Error: Spectrum has no background.")
        return self._background

    @background.setter
    def background(self, name):
        path = None if name is None else _found(name)
        if name is not None and path is None:
            raise Exception(f"the background {name!r} is not there; PyXspec would not raise")
        if name is None:
            self._wanted.discard("BACKFILE")
        self._background = path
        record("Spectrum.background", number=self.index, path=path)

    @property
    def response(self):
        if self._response is None:
            raise Exception(f"Error: No response is assigned to spectrum {self.index}")
        return self._response

    @response.setter
    def response(self, name):
        path = _found(name)
        if path is None:
            raise Exception(f"the response {name!r} is not there; PyXspec would not raise")
        self._response = Response(path, None)
        record("Spectrum.response", number=self.index, path=path)

    def complete(self):
        """Refuse a spectrum whose companions were not found: XSPEC would go on without them."""
        if self._response is None:
            raise Exception(f"spectrum {self.index} ({self.fileName}) has no response")
        if "BACKFILE" in self._wanted and self._background is None:
            raise Exception(f"spectrum {self.index} ({self.fileName}) lost its background")
        if "ANCRFILE" in self._wanted and self._response._arf is None:
            raise Exception(f"spectrum {self.index} ({self.fileName}) lost its ARF")


class DataManager(Restricted):
    """AllData."""

    def __init__(self):
        self._spectra = []

    @property
    def nSpectra(self):
        return len(self._spectra)

    @property
    def nGroups(self):
        return max((s.dataGroup for s in self._spectra), default=1)

    def groups(self, source):
        """Give the data groups that see a source."""
        seen = [s for s in self._spectra if source == 1 or source - 1 in s.multiresponse.made]
        return sorted({s.dataGroup for s in seen}) or [1]

    def __call__(self, what):
        if isinstance(what, str):
            return self._load(what)
        if not 1 <= what <= len(self._spectra):
            raise Exception(f"Error: Spectrum index number is out of range: {what}")
        return self._spectra[what - 1]

    def _load(self, text):
        if Xset.allowPrompting:
            raise Exception("a missing file would ask for another one for ever: forbid prompts")
        words, found = text.split(), []
        if len(words) % 2 or not all(re.fullmatch(r"\d+:\d+", w) for w in words[::2]):
            raise Exception("Error executing command: data")
        for place, name in zip(words[::2], words[1::2], strict=True):
            group, number = map(int, place.split(":"))
            if not Path(name.partition("{")[0]).is_file():
                print(f"Error: cannot read spectrum file {name}", file=sys.stderr)
                continue
            if number != len(found) + 1 or group > number:
                raise Exception("Error: spectra are to be numbered on")
            found.append(Spectrum(name, number, group))
        self._spectra = found
        files = [str(Path(s.fileName.partition("{")[0]).absolute()) for s in found]
        record("AllData", text=text, files=files)

    def clear(self):
        self._spectra = []
        record("AllData.clear")

    def _range(self, word, text):
        if not isinstance(text, str):
            raise Exception("Error: a string is wanted")
        if not self._spectra:
            raise Exception(f"Error executing command: {word}")
        if re.search(r"[a-z]", text.replace("bad", "")) or (text != "bad" and "bad" in text):
            raise Exception(f"Invalid ignore/notice string: {text}")
        ranges.parse(text)
        record(f"AllData.{word}", text=text)

    def ignore(self, text):
        self._range("ignore", text)

    def notice(self, text):
        self._range("notice", text)


AllData = DataManager()
