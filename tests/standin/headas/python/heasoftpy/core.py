"""A task as an object: parameters in, the program run, its output and exit status out."""
# ruff: noqa: TID253, N818

import os
import re
import subprocess
from pathlib import Path
from warnings import warn

from astropy.utils.exceptions import AstropyDeprecationWarning

from heasoftpy.config import Config
from heasoftpy.parameter import converted, read_parameters
from heasoftpy.result import HSPResult
from heasoftpy.stream import read_live

YES, NO = ("y", "yes", "true"), ("n", "no", "false")


class HSPDeprecationWarning(AstropyDeprecationWarning):
    """The default of allow_failure will change."""


class HSPTaskException(Exception):
    """A task failed, or cannot be had."""


class HSPTask:
    """A task by its name; its parameters are attributes that can be set."""

    def __init__(self, name=None):
        name = name or getattr(self, "name", None)
        if name is None:
            raise HSPTaskException("Task name is required")
        found = read_parameters(find_pfile(name))
        ready = {p.pname: p for p in found}
        modes = str(ready["mode"].value)
        for one in found:
            one.isReq = "q" in one.mode or ("a" in one.mode and "q" in modes)
        self.__dict__.update(
            taskname=name, pytaskname=name.replace("-", "_"), params={},
            par_names=[p.pname for p in found], default_params={n: p.value for n, p in ready.items()},
            _known=ready,
        )  # fmt: skip

    def __getattr__(self, name):
        known = self.__dict__.get("_known", {})
        if name in known:
            return known[name]
        raise AttributeError(f"task {self.__dict__.get('taskname')!r} has no parameter {name!r}")

    def __setattr__(self, name, value):
        if name in self._known and name not in self.__dict__:
            self._set(name, value)
            self.params[name] = value
        else:
            self.__dict__[name] = value

    def _set(self, name, value):
        one = self._known[name]
        one.value = converted(value, one.type)

    def __call__(self, args=None, **kwargs):
        given = self._gathered(args) | kwargs
        self._options(given)
        used = self._build(given)
        everything = {name: self._known[name].value for name in self.par_names}
        self.__dict__["params"] = used if self._noprompt else everything
        if not kwargs.get("do_exec", True):
            return None
        os.environ["HEADASNOQUERY"] = ""
        os.environ["HEADASPROMPT"] = "/dev/null"
        own = user_pfile(self.taskname)
        self._write(own)
        result = self.exec_task()
        if not isinstance(result, HSPResult):
            raise HSPTaskException(f"Returned result type {type(result)} is not HSPResult")
        self._read_again(own)
        return result

    def _gathered(self, args):
        """Take what a dictionary, another task and attributes say."""
        if args is not None and not isinstance(args, dict | HSPTask):
            raise HSPTaskException("Unrecognized input in initializing HSPTask")
        before = args.params if isinstance(args, HSPTask) else args or {}
        return {**before, **self.params}

    def _options(self, given):
        """Take the arguments that are no parameters: verbose, logfile, noprompt, stderr, allow_failure."""
        names = ("verbose", "logfile", "noprompt")
        words = {n: given.get(f"py_{n}" if n in self.par_names else n) for n in names}
        verbose = _verbosity(words["verbose"])
        self.__dict__.update(
            _noprompt=words["noprompt"] or False,
            _stderr=_truth(given.get("stderr", False)),
            _verbose=verbose,
            _logfile=(words["logfile"] or f"{self.taskname}.log") if verbose > 1 else None,
            _allow_failure=self._may_fail(given),
        )

    def _may_fail(self, given):
        if "allow_failure" in given:
            return given["allow_failure"]
        if Config.allow_failure is None:
            warn(
                HSPDeprecationWarning("Parameter `allow_failure` not set, defaulting to `True`."),
                stacklevel=4,
            )
            return True
        return Config.allow_failure

    def _build(self, given):
        """Give the parameters of the user, asking for those that are required; others are dropped."""
        if "page" in self.par_names and "no" in (self._known["page"].value, given.get("page")):
            given["more"] = "yes"
        used = {}
        for name in self.par_names:
            if name in given:
                value = given[name]
                self._set(
                    name, value.strip('"') if isinstance(value, str) and "," in value else value
                )
                used[name] = self._known[name].value
            elif self._known[name].isReq and not self._noprompt:
                self._known[name].query()
                used[name] = self._known[name].value
        return used

    def _write(self, path):
        """Write the user's par file; what is not learned keeps its default."""
        learns = "l" in str(self.default_params["mode"])
        with Path(path).open("w", encoding="utf-8") as stream:
            for name in self.par_names:
                one = self._known[name]
                kept = one.mode in ("h", "q") or (one.mode == "a" and not learns)
                stream.write(one.line(self.default_params[name] if kept else one.value))

    def _read_again(self, path):
        if Path(path).exists():
            after = {p.pname: p.value for p in read_parameters(path)}
            for name in self.par_names:
                self._set(name, after[name])

    def exec_task(self):
        """Run the program; classes of one's own may do something else."""
        words = {name: _as_word(value) for name, value in self.params.items()}
        self.__dict__["params"] = words
        program = Path(os.environ["HEADAS"]) / "bin" / self.taskname
        if not program.exists():
            raise HSPTaskException(f"There is no task file {program} to run")
        apart = subprocess.PIPE if self._stderr else subprocess.STDOUT
        command = [str(program), *(f"{name}={value}" for name, value in words.items())]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=apart, env=dict(os.environ)
        )
        if self._verbose > 0:
            out, err = read_live(process, self._verbose, self._logfile)
            process.wait()
        else:
            texts = process.communicate()
            out, err = (t.decode("iso-8859-15") if t is not None else None for t in texts)
        result = HSPResult(process.returncode, out, err, words)
        if process.returncode and self._allow_failure == "warn":
            warn(f"Nonzero Task Return Code: {process.returncode}", stacklevel=3)
        elif process.returncode and not self._allow_failure:
            raise HSPTaskException(f"\n{result}")
        return result


def find_pfile(name):
    """Give the par file to read: the first of PFILES, unless the system's is newer."""
    if "HEADAS" not in os.environ:
        raise HSPTaskException("HEADAS not defined. Please initialize Heasoft!")
    system = Path(os.environ["HEADAS"]) / "syspfiles" / f"{name}.par"
    folders = re.split("[;:]", os.environ["PFILES"])
    found = next(
        (Path(f) / f"{name}.par" for f in folders if (Path(f) / f"{name}.par").exists()), None
    )
    if found is None:
        raise HSPTaskException(f"No .par file found for task {name}")
    times = [p.stat().st_mtime if p.exists() else -1.0 for p in (system, Path(__file__), found)]
    return system if max(times[:2]) >= times[2] else found


def user_pfile(name):
    """Give the par file to write; its folder is made."""
    folder = Path(re.split("[;:]", os.environ["PFILES"])[0])
    if not folder.is_dir():
        folder.mkdir()
    return folder / f"{name}.par"


def _verbosity(value):
    if isinstance(value, str):
        word = value.strip().lower()
        return 1 if word in YES else 0 if word in NO else int(word) if word.isdigit() else 1
    if value is not None and not isinstance(value, int):
        raise HSPTaskException("confusing verbose value. Allowed types are: bool, str or int")
    return int(value or 0)


def _truth(value):
    return value.strip().lower() in YES if isinstance(value, str) else bool(value)


def _as_word(value):
    if value is None:
        return "NONE"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "$( )" if value == "" else value
