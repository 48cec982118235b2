"""STAND-IN: AllData and Spectrum, with what belongs to a spectrum."""
# ruff: noqa: TRY002, TRY004, TID253  PyXspec raises nothing but Exception

import os
import re
import signal
from pathlib import Path

import numpy as np

from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.spectrum import solve_file_spectrum
from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.files.pha import read_spectrum
from nuwidgets.science import ranges
from nuwidgets.science.binning import bin_spectrum
from xspec.restricted import Restricted, err, out
from xspec.settings import Xset

PROMPT = b'New filename ( "none" or "/*" to return to the XSPEC prompt): '


class Silent:
    """A token that nobody hears."""

    def check(self):
        pass

    def report(self, *args, **named):
        pass


def found(name, kind):
    """Give a file as the working folder has it, or None and a line on stderr."""
    if not name or name.strip().lower() == "none":
        return None
    if Path(re.sub(r"\{\d+\}$", "", name)).is_file():
        return name, str(Path(name).absolute())
    err(f"Error: cannot read {kind} file {name}")
    while Xset.allowPrompting:  # an empty input never answers
        os.write(1, PROMPT)
    return None


class Entry:
    """One loaded spectrum."""

    def __init__(self, group, name):
        self.group, self.name = group, name
        self.path = str(Path(name).absolute())
        row = re.search(r"\{(\d+)\}$", name)
        self.row = int(row[1]) if row else 0
        alone = read_spectrum(re.sub(r"\{\d+\}$", "", self.path), self.row)
        links = dict(alone.links)
        self.background = found(links.get("BACKFILE", ""), "background")
        rmf = found(links.get("RESPFILE", ""), "response")
        self.responses = {1: [rmf, found(links.get("ANCRFILE", ""), "arf")]} if rmf else {}
        self.wake()
        self.noticed = np.ones(len(bin_spectrum(alone).quality), bool)

    def wake(self):
        """Read it again, when it is asked for, with what belongs to it now."""
        self._spectrum = self._bins = None
        rmf, arf = self.responses.get(1, [None, None])
        self.request = FileSpectrumRequest(
            re.sub(r"\{\d+\}$", "", self.path),
            self.background[1] if self.background else "none",
            rmf[1] if rmf else "none",
            arf[1] if arf else "none",
            Grouping("file"),
            self.row,
        )

    @property
    def spectrum(self):
        if self._spectrum is None:
            self._spectrum = solve_file_spectrum(self.request, (), Silent())
        return self._spectrum

    @property
    def bins(self):
        if self._bins is None:
            self._bins = bin_spectrum(self.spectrum)
        return self._bins

    @property
    def edges(self):
        response = self.spectrum.response
        if response is None:
            raise Exception("No energies are currently assigned to the spectrum.")
        bins = self.bins.bins
        return bins.smallest(response.e_min_kev), bins.largest(response.e_max_kev)

    def change(self, number, one, notice):
        """Ignore or notice a range."""
        quality = self.bins.quality
        lo, hi = self.edges if one.kind == "energy" else (np.zeros(len(quality)),) * 2
        meant = ~ranges.apply((one,), number, lo, hi, quality)
        self.noticed[meant] = notice


class Background(Restricted):
    """The background of a spectrum."""

    def __init__(self, entry):
        self._entry = entry

    @property
    def fileName(self):
        return self._entry.background[0]

    @property
    def exposure(self):
        return self._entry.spectrum.background.exposure_s


class Response(Restricted):
    """The response of a spectrum for a source."""

    _known = ("arf",)

    def __init__(self, entry, source):
        self._entry, self._source = entry, source

    @property
    def rmf(self):
        return self._entry.responses[self._source][0][0]

    @property
    def arf(self):
        arf = self._entry.responses[self._source][1]
        if arf is None:
            raise Exception("Error: Response has no Arf.")
        return arf[0]

    @arf.setter
    def arf(self, name):
        if name is None:
            self._entry.responses[self._source][1] = None
        elif file := found(name, "arf"):
            self._entry.responses[self._source][1] = file
        self._entry.wake()


class Multiresponse:
    """Responses by source, from 0."""

    def __init__(self, entry):
        self._entry = entry

    def __getitem__(self, index):
        return Response(self._entry, index + 1) if index + 1 in self._entry.responses else None

    def __setitem__(self, index, name):
        if name is None:
            self._entry.responses.pop(index + 1, None)
        elif file := found(name, "response"):
            self._entry.responses[index + 1] = [file, None]
        self._entry.wake()


class Spectrum(Restricted):
    """A wrapper of one loaded spectrum."""

    _known = ("background", "response")

    def __init__(self, name):
        if isinstance(name, Entry):
            self._entry = name
        else:
            before = AllData.nSpectra
            AllData._load(1, before + 1, name)
            if AllData.nSpectra == before:
                raise ValueError("PyCapsule_New called with null pointer")
            self._entry = AllData._entries[-1]
        self.__dict__["fileName"] = self._entry.name

    def _alive(self):
        if self._entry not in AllData._entries:
            raise Exception("Error: Unable to locate Spectrum object.")
        return self._entry

    @property
    def index(self):
        return AllData._entries.index(self._alive()) + 1

    @property
    def dataGroup(self):
        return self._alive().group

    @property
    def exposure(self):
        return self._entry.spectrum.exposure_s

    @property
    def noticed(self):
        return (np.flatnonzero(self._alive().noticed) + 1).tolist()

    @property
    def ignored(self):
        return (np.flatnonzero(~self._alive().noticed) + 1).tolist()

    @property
    def energies(self):
        lo, hi = self._alive().edges
        at = self._entry.noticed
        return tuple(zip(lo[at].tolist(), hi[at].tolist(), strict=True))

    @property
    def values(self):
        bins = self._alive().bins
        return tuple((bins.counts / bins.time_s)[self._entry.noticed].tolist())

    @property
    def flux(self):
        return tuple(self._alive().flux)

    @property
    def background(self):
        if self._alive().background is None:
            raise Exception("Error: Spectrum has no background.")
        return Background(self._entry)

    @background.setter
    def background(self, name):
        if name is None:
            self._alive().background = None
        elif file := found(name, "background"):
            self._alive().background = file
        self._entry.wake()

    @property
    def response(self):
        if 1 not in self._alive().responses:
            raise Exception(f"Error: No response is assigned to source 1 for spectrum {self.index}")
        return Response(self._entry, 1)

    @response.setter
    def response(self, name):
        Multiresponse(self._alive())[0] = name

    @property
    def multiresponse(self):
        return Multiresponse(self._alive())

    def ignore(self, text):
        AllData._change(f"{self.index}:{text}", notice=False, bad=False)

    def notice(self, text):
        AllData._change(f"{self.index}:{text}", notice=True, bad=False)


class DataManager(Restricted):
    """AllData."""

    def __init__(self):
        self._entries = []

    @property
    def nSpectra(self):
        return len(self._entries)

    @property
    def nGroups(self):
        return max((one.group for one in self._entries), default=1)

    def clear(self):
        self._entries.clear()

    def __call__(self, what):
        if isinstance(what, int):
            if not 1 <= what <= self.nSpectra:
                raise Exception(f"Error: Spectrum index number is out of range: {what}")
            return Spectrum(self._entries[what - 1])
        words = what.split()
        for place, name in zip(words[::2], words[1::2], strict=True):
            group, number = map(int, place.split(":"))
            self._load(group, number, name)
        return None

    def _load(self, group, number, name):
        if group > self.nGroups + (1 if self._entries else 0):
            err(f"***XSPEC Error: data group {group} is not contiguous")
            return
        try:
            entry = Entry(group, name)
        except NuwidgetsError:
            err(f"Error: cannot read spectrum file {name}")
            while Xset.allowPrompting:
                os.write(1, PROMPT)
            return
        self._entries[number - 1 :] = [entry]
        out(f"\n{self.nSpectra} spectra in use\nSpectral Data File: {name}  Spectrum {number}")

    def ignore(self, text):
        self._change(text, notice=False)

    def notice(self, text):
        self._change(text, notice=True)

    def _change(self, text, *, notice, bad=True):
        from xspec.model import BOOK

        if not isinstance(text, str):
            raise Exception("Error: ignore argument must be a string")
        if not self._entries:
            err("***XSPEC Error: no data loaded")
            raise Exception("Error executing command: ignore")
        for piece in text.replace(",", " ").split():
            try:
                parsed = ranges.parse(piece)
            except InputError:
                err(f"Invalid ignore/notice string {piece}")
                continue
            for one in parsed:
                if one.kind == "bad" and not bad:
                    err("Invalid ignore/notice string bad")
                    continue
                for number, entry in enumerate(self._entries, start=1):
                    entry.change(number, one, notice)
        nothing = self.nSpectra == 1 and not self._entries[0].noticed.any()
        if nothing and BOOK.models:
            os.kill(os.getpid(), signal.SIGSEGV)
        out(f"ignore: {sum(int((~e.noticed).sum()) for e in self._entries)} channels ignored")


AllData = DataManager()
