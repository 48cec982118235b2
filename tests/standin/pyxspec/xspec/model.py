"""STAND-IN: AllModels, Model, Component and Parameter; one model for each source."""
# ruff: noqa: TRY002, TRY004, TID253  PyXspec raises nothing but Exception

import re
from dataclasses import replace

from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models import own
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.links import parse_link
from xspec.data import AllData
from xspec.restricted import FAULT, Restricted, err, out


@own.model(
    "slimbb",
    parameters=[
        ("kTin", "keV", 1.0, 0.1, 20.0),
        ("pivotE", "keV", 2.0, -1e20, 1e20),
        ("switch", "", 1.0, 0.0, 1.0),
    ],
)
def slimbb(edges_kev, kTin, pivotE, switch):
    """What the real one has and nuwidgets has not: here a power law."""
    lo, hi = edges_kev[:-1], edges_kev[1:]
    return (hi - lo) * ((lo + hi) / 2 / pivotE) ** -kTin


SCALES = ("pivotE",)
"""Parameters that have a value alone."""
WORD = re.compile(r"[A-Za-z_]\w*:p?\d+|[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Par:
    """One parameter as XSPEC keeps it."""

    def __init__(self, definition, component):
        self.component, self.name, self.unit = component, definition.name, definition.unit
        d = definition
        hi = 5.0 if FAULT == "narrow" and d.name == "nH" else d.hard_hi
        self.numbers = [d.default, d.delta, d.hard_lo, d.soft_lo, min(d.soft_hi, hi), hi]
        self.frozen, self.link, self.sigma = d.frozen, "", 0.0
        self.error = (0.0, 0.0, "FFFFFFFFF")


class Loaded:
    """One source's model: an expression and its parameters in each data group that has it."""

    def __init__(self, name, source, expression):
        self.name, self.source, self.expression = name, source, expression
        self.groups = {1: self._fresh(linked=False)}
        self.regroup()

    def _fresh(self, *, linked):
        found = []
        for number, component in enumerate(self.expression.components, start=1):
            names = [one.name for one in self.expression.components[: number - 1]]
            called = component.name + (f"_{number}" if component.name in names else "")
            found += [Par(definition, called) for definition in component.parameters]
        if linked:
            for number, one in enumerate(found, start=1):
                one.link = f"= {self.spoken(number)}"
        return found

    def spoken(self, number):
        return f"{self.name}:p{number}" if self.name else f"p{number}"

    def regroup(self):
        """Have a copy for each data group that has a response for this source."""
        there = {e.group for e in AllData._entries if self.source in e.responses}
        for group in sorted(there - set(self.groups)):
            self.groups[group] = self._fresh(linked=True)
        for group in [g for g in self.groups if g != 1 and g not in there]:
            del self.groups[group]

    def all(self):
        """All parameters, group after group."""
        return [one for group in sorted(self.groups) for one in self.groups[group]]

    def start(self, group):
        size = len(self.groups[1])
        return 1 + size * sorted(self.groups).index(group)


class Book:
    """Every model of the process, by source number and name."""

    def __init__(self):
        self.models = {}

    def of(self, name):
        for one in self.models.values():
            if one.name == name:
                return one
        return None

    def ordered(self):
        return [self.models[key] for key in sorted(self.models)]

    def parameter(self, word):
        """Give the parameter that a word such as p3 or bkg:p3 means, or None."""
        name, _, number = word.rpartition(":")
        loaded, at = self.of(name), int(number.removeprefix("p"))
        known = loaded.all() if loaded else []
        return known[at - 1] if 1 <= at <= len(known) else None

    def read_link(self, text, own):
        """Give a link as XSPEC keeps it; None and a line on stderr if it cannot be one.

        A whole number that is the number of a parameter becomes that parameter.
        """
        if text.strip().startswith("="):
            err("***XSPEC Error: parse error in link expression")
            return None
        wrong = []

        def word(match):
            one = match[0]
            if re.fullmatch(r"\d+", one) and 1 <= int(one) <= len(own.all()):
                return own.spoken(int(one))
            if ":" in one and ":p" not in one:
                one = one.replace(":", ":p")
            if re.search(r"(^|:)p\d+$", one):
                wrong.extend([] if self.parameter(one) else [one])
            return one

        made = WORD.sub(word, text.strip())
        plain = re.sub(r"(?:\w+:)?p(\d+)", r"p\1", made)
        try:
            parse_link(plain)
        except NuwidgetsError as error:
            wrong.append(str(error))
        if wrong:
            err(f"***XSPEC Error: {wrong[0]}")
            return None
        return f"= {made}"


BOOK = Book()


class Parameter(Restricted):
    """A wrapper of one parameter."""

    _known = ("values", "frozen", "link")

    def __init__(self, loaded, par, index):
        self._loaded, self._par, self._index = loaded, par, index

    def _alive(self):
        if self._loaded not in BOOK.models.values() or self._par not in self._loaded.all():
            raise Exception(
                "Error: Python Model object reference no longer corresponds to\n"
                "          an actual XSPEC model."
            )
        return self._par

    name = property(lambda self: self._par.name)
    unit = property(lambda self: self._par.unit)
    index = property(lambda self: self._index)
    sigma = property(lambda self: self._alive().sigma)
    error = property(lambda self: self._alive().error)

    @property
    def values(self):
        from xspec.fit import value_of

        par = self._alive()
        value = value_of(par)
        if par.name in SCALES:
            return [value]
        delta = 0.01 * abs(value) or 0.01
        return [value, -delta if par.frozen else delta, *par.numbers[2:]]

    @values.setter
    def values(self, given):
        par = self._alive()
        if given is None:
            raise Exception("Error: Cannot apply new parameter settings.")
        if isinstance(given, str) and given.strip().startswith("="):
            self.link = given.strip()[1:]
            return
        words = given.replace(",", " ").split() if isinstance(given, str) else given
        numbers = [float(w) for w in (words if isinstance(words, list | tuple) else [words])]
        limits = (
            [*numbers[2:], *par.numbers[len(numbers) :]] if len(numbers) > 2 else par.numbers[2:]
        )
        if not limits[0] <= numbers[0] <= limits[3]:
            err(
                f"***Error: Desired Value {numbers[0]:g} is outside hard range {limits[0]:g} - {limits[3]:g}"
            )
            out(f"\n{par.component}:{par.name}>")
            return
        if FAULT == "narrow" and par.name == "nH" and numbers[0] > 5:
            err(f"***Error: Desired Value {numbers[0]:g} is outside hard range 0 - 5")
            return
        par.numbers[0], par.numbers[2:], par.link = numbers[0], limits, ""
        if len(numbers) > 1 and numbers[1] < 0:
            par.frozen = True
        _changed()

    @property
    def frozen(self):
        return self._alive().frozen and not self._par.link

    @frozen.setter
    def frozen(self, value):
        self._alive().frozen = bool(value)
        _changed()

    @property
    def link(self):
        return self._alive().link

    @link.setter
    def link(self, text):
        if not text:
            self.untie()
            return
        made = BOOK.read_link(text, self._loaded)
        own = self._loaded.spoken(self._loaded.all().index(self._alive()) + 1)
        if made and made != f"= {own}":
            self._par.link = made
            _changed()

    def untie(self):
        from xspec.fit import value_of

        par = self._alive()
        par.numbers[0], par.link, par.frozen = value_of(par), "", False
        _changed()

    def __float__(self):
        return self.values[0]


def _changed():
    from xspec.fit import Fit

    Fit._fitted = False


class Component(Restricted):
    """The parameters of one component."""

    def __init__(self, model, name):
        self._model, self._name = model, name

    @property
    def parameterNames(self):
        return [p.name for p in self._model._pars() if p.component == self._name]

    def __getattr__(self, name):
        for number, par in enumerate(self._model._pars(), start=1):
            if par.component == self._name and par.name == name:
                return self._model(number)
        raise AttributeError(name)

    def __setattr__(self, name, value):
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:
            getattr(self, name).values = value


class Model(Restricted):
    """A wrapper of one source's model in one data group."""

    def __init__(self, expr, modName="", sourceNum=1, setPars=None, _loaded=None, _group=1):
        if _loaded is None:
            if not expr:
                raise Exception("Error: Model definition string is required.")
            try:
                expression = Expression.parse(expr)
            except NuwidgetsError as error:
                err(f"***XSPEC Error: {str(error).splitlines()[0]}")
                raise Exception("Model Command Error") from None
            if expression.kind != "add":
                err("***XSPEC Error: standalone model must be additive")
                raise Exception("Model Command Error")
            _loaded = Loaded(modName, sourceNum, expression)
            for key in [k for k in BOOK.models if k[0] == sourceNum]:
                del BOOK.models[key]
            BOOK.models[sourceNum, modName] = _loaded
            out("=" * 72 + f"\nModel {expression.text} Source No.: {sourceNum}   Active/On")
            _changed()
        self._loaded, self._group = _loaded, _group
        if setPars:
            self.setPars(setPars)

    def _pars(self):
        return self._loaded.groups[self._group]

    @property
    def expression(self):
        return self._loaded.expression.text

    @property
    def nParameters(self):
        return len(self._pars())

    @property
    def startParIndex(self):
        return self._loaded.start(self._group)

    @property
    def componentNames(self):
        return list(dict.fromkeys(p.component for p in self._pars()))

    def __call__(self, index):
        if not isinstance(index, int):
            raise Exception("Error: Argument must be an integer.")
        if not 1 <= index <= self.nParameters:
            raise Exception(
                f"Error: Valid range of parameters for this object: 1-{self.nParameters}"
            )
        return Parameter(self._loaded, self._pars()[index - 1], index)

    def __getattr__(self, name):
        if not name.startswith("_") and name in self.componentNames:
            return Component(self, name)
        raise AttributeError(name)

    def _incident(self, spectrum):
        from xspec.fit import curve

        known = 1 <= spectrum <= AllData.nSpectra
        found = curve().spectra[spectrum - 1].models if known else ()
        for one in found:
            if one.name == self._loaded.name:
                return one
        raise Exception("Error: Cannot retrieve array for this model and spectrum number.")

    def energies(self, spectrum=0):
        return [f"{kev:.10g}" for kev in self._incident(spectrum).edges_kev]

    def values(self, spectrum=0):
        return self._incident(spectrum).photons.tolist()

    def setPars(self, *values):
        for number, value in enumerate(values, start=1):
            pairs = value.items() if isinstance(value, dict) else [(number, value)]
            for index, one in pairs:
                self(index).values = one


class ModelManager(Restricted):
    """AllModels."""

    _known = ("systematic",)

    def __init__(self):
        self.__dict__["systematic"] = 0.0
        self._extended = {}

    def clear(self):
        BOOK.models.clear()

    @property
    def sources(self):
        return dict(sorted(BOOK.models))

    def __call__(self, group, name=""):
        loaded = BOOK.of(name)
        if loaded is None:
            what = f"Model with name: {name}" if name else "Model"
            raise Exception(f"Error: {what} is not currently loaded in XSPEC.")
        loaded.regroup()
        if group not in loaded.groups:
            which = name or "unnamed model"
            raise Exception(f"Error: No model object exists for {which}, data group {group}")
        return Model("", _loaded=loaded, _group=group)

    def setEnergies(self, kind, text=""):
        if kind == "reset":
            self._extended.clear()
        else:
            side, kev, _ = text.split(",")
            self._extended[side] = float(kev)

    def calcFlux(self, text):
        from xspec.fit import flux

        flux(text, self._extended)


AllModels = ModelManager()


def request_parameters():
    """Give all parameters as nuwidgets has them, and XSPEC's own beside each.

    Groups that have no response for a source take the parameters of group 1.
    """
    n_groups = AllData.nGroups
    rows, at = [], {}
    for loaded in BOOK.ordered():
        loaded.regroup()
        fresh = loaded.expression.parameters(n_groups, len(rows), loaded.name)
        pars = [
            p
            for g in range(1, n_groups + 1)
            for p in loaded.groups.get(g, [None] * len(loaded.groups[1]))
        ]
        for one, par in zip(fresh, pars, strict=True):
            if par is not None:
                at[id(par)] = one.number
            rows.append((one, par))
    return tuple(_filled(one, par, at) for one, par in rows), [par for _, par in rows]


def _filled(one, par, at):
    if par is None:
        return replace(one, link="", frozen=True)
    value, delta, lo, soft_lo, soft_hi, hi = par.numbers

    def number(match):
        return f"p{at[id(BOOK.parameter(match[0]))]}"

    link = re.sub(r"(?:\b\w+:)?\bp\d+\b", number, par.link.removeprefix("= "))
    return replace(
        one, value=value, delta=abs(delta) or 0.01, hard_lo=lo, soft_lo=soft_lo, soft_hi=soft_hi,
        hard_hi=hi, frozen=par.frozen and not par.link, link=parse_link(link).text if link else "",
    )  # fmt: skip
