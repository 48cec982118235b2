"""STAND-IN: the parameters of the tasks: kind (s, b, i, r) or a tuple of choices, and a range."""

SWITCH = "b"
NUPIPELINE = {
    **dict.fromkeys(
        [
            "indir",
            "steminputs",
            "outdir",
            "stemoutputs",
            "fpma_infile",
            "fpmb_infile",
            "pntra",
            "pntdec",
            "attfile",
            "cebhkfile",
            "chu123hkfile",
            "fpma_hkfile",
            "fpmb_hkfile",
            "alignfile",
            "metrologyfile",
            "metgridfile",
            "mastaspectfile",
            "outpsdfile",
            "outpsdfilecor",
            "outattfile",
            "chuoffsetfile",
            "saaparfile",
            "hkevtexpr",
            "orbitfile",
            "tlefile",
            "leapfile",
            "rigfile",
            "mkfgtiexpr",
            "gradeexpr",
            "statusexpr",
            "usrgtifile",
            "timecol",
            "gtiext",
            "chu123rangefile",
            "inmastaspectfile",
            "inpsdfilecor",
            "expomapfile",
        ],
        "s",
    ),
    **{f"gtiexpr0{n}": "s" for n in range(1, 7)},
    "instrument": ("FPMA", "FPMB", "ALL"),
    "obsmode": ("SCIENCE", "OCCULTATION", "SLEW", "SAA", "CALIBRATION", "SCIENCE_SC", "ALL"),
    "saamode": ("NONE", "OPTIMIZED", "STRICT"),
    "splitmode": ("NORMAL", "STRICT"),
    "depthcut": ("NOMINAL", "NONE"),
    "attinterpol": ("LINEAR", "CONSTANT"),
    "tlemode": ("TLE_TEXT2", "TLE_FITS"),
    "entrystage": ("i", 1, 2),
    "exitstage": ("i", 1, 3),
    "saacalc": ("i", 1, 3),
    "chatter": ("i", 0, 5),
    "pixbin": ("i", 1, 1000),
    "energy": ("r", 0, 200),
    "percent": ("r", 0, 100),
    **dict.fromkeys(
        [
            "initseed",
            "cleancols",
            "cleanup",
            "clobber",
            "history",
            "aberration",
            "runmetrology",
            "metflag",
            "psdcal",
            "cleanflick",
            "hpiterate",
            "runcalcpha",
            "runcalcpi",
            "runflagevt",
            "follow_sun",
            "randomizecoordinator",
            "tentacle",
            "eliminatesource",
            "tentacleregcut",
            "nonulls",
            "gtiscreen",
            "evtscreen",
            "createattgti",
            "createinstrgti",
            "runsplitsc",
            "timecut",
            "createexpomap",
            "expovignflag",
        ],
        SWITCH,
    ),
}
NUPRODUCTS = {
    **dict.fromkeys(
        [
            "indir",
            "steminputs",
            "outdir",
            "stemout",
            "infile",
            "srcregionfile",
            "bkgregionfile",
            "mastaspectfile",
            "attfile",
            "det1reffile",
            "optaxisfile",
            "hkfile",
            "lcfile",
            "phafile",
            "bkglcfile",
            "bkgphafile",
            "imagefile",
            "usrgtifile",
            "clockfile",
            "orbitfile",
            "outarffile",
            "offaxisfile",
            "offaxishisto",
            "apstophisto",
            "grhisto",
            "inarffile",
            "grppsffile",
            "psfdir",
            "apstopcorrfile",
            "grcorrfile",
            "detabscorrfile",
            "outrmffile",
            "grprmffile",
            "rmfdir",
            "grpphafile",
            "lcsrccorrfile",
            "lcbkgcorrfile",
            "srcra",
            "srcdec",
            "bkgra",
            "bkgdec",
        ],
        "s",
    ),
    "instrument": ("FPMA", "FPMB"),
    "plotdevice": ("gif", "ps"),
    "binsize": ("r", 1e-6, 1e9),
    "pilow": ("i", 0, 4095),
    "pihigh": ("i", 0, 4095),
    "pilowarf": ("i", 0, 4095),
    "pihigharf": ("i", 0, 4095),
    "srcradius": ("r", 1, 300),
    "bkgradius1": ("r", 1, 1000),
    "bkgradius2": ("r", 1, 1000),
    "boxsize": ("i", 4, 600),
    "lcenergy": ("r", 0, 200),
    "percent": ("r", 0, 100),
    "pixbin": ("i", 1, 1000),
    "grpmincounts": ("i", 0, 10**6),
    "grppibadlow": ("i", 0, 4095),
    "grppibadhigh": ("i", 0, 4095),
    "chatter": ("i", 0, 5),
    **dict.fromkeys(
        [
            "bkgextract",
            "aberration",
            "extended",
            "cutmaps",
            "barycorr",
            "usrgtibarycorr",
            "correctlc",
            "lcpsfflag",
            "lcexpoflag",
            "lcvignflag",
            "runmkarf",
            "psfflag",
            "vignflag",
            "apstopflag",
            "grflag",
            "detabsflag",
            "flatflagarf",
            "runmkrmf",
            "cmprmf",
            "runbackscale",
            "rungrppha",
            "initseed",
            "cleanup",
            "clobber",
            "history",
        ],
        SWITCH,
    ),
}
FTGROUPPHA = {
    **dict.fromkeys(["infile", "backfile", "respfile", "outfile", "templatefile", "rows"], "s"),
    "grouptype": (*("min", "snmin", "bmin", "opt", "optmin", "optsnmin", "constant", "file"),),
    "groupscale": ("r", 0, 1e9),
    "minchannel": ("i", -1, 10**6),
    "maxchannel": ("i", -1, 10**6),
    "clobber": SWITCH,
}
XRTPIPELINE = {
    **dict.fromkeys(
        [
            "indir",
            "outdir",
            "steminputs",
            "srcra",
            "srcdec",
            "attfile",
            "hdfile",
            "exprpcgrade",
            "exprpc",
            "usrgtifile",
            "datamode",
            "obsmode",
        ],
        "s",
    ),
    "entrystage": ("i", 1, 3),
    "exitstage": ("i", 1, 3),
    "chatter": ("i", 0, 5),
    **dict.fromkeys(["createexpomap", "extractproducts", "cleanup", "clobber"], SWITCH),
}
"""Without mode, which the real one misreads where heasoftpy passes it."""
XRTEXPOMAP = {
    **dict.fromkeys(["infile", "attfile", "hdfile", "outdir", "stemout"], "s"),
    "energy": ("r", 0, 15),
    **dict.fromkeys(["vigflag", "checkattitude", "cleanup", "clobber"], SWITCH),
}
XRTPRODUCTS = {
    **dict.fromkeys(
        [
            "infile",
            "regionfile",
            "bkgregionfile",
            "outdir",
            "stemout",
            "lcfile",
            "bkglcfile",
            "phafile",
            "bkgphafile",
            "imagefile",
            "arffile",
            "rmffile",
            "expofile",
            "attfile",
            "hdfile",
            "gtifile",
        ],
        "s",
    ),
    "binsize": ("r", -99, 1e9),
    "pilow": ("i", 0, 1023),
    "pihigh": ("i", 0, 1023),
    **dict.fromkeys(
        ["bkgextract", "correctlc", "psfflag", "extended", "cleanup", "clobber"], SWITCH
    ),
}
OWN = {"verbose": (0, 1, 2, 20), "noprompt": (True, False), "allow_failure": (True, False, "warn")}
"""Arguments of heasoftpy itself."""


def check(task, known, given):
    """Refuse an argument that the task does not have, of the wrong type, or out of range."""
    for name, value in given.items():
        if name in OWN and name not in known:
            if value not in OWN[name] or isinstance(value, str) != (value == "warn"):
                raise ValueError(f"{task}: {name}={value!r}")
        elif name == "logfile":
            if given.get("verbose") not in (2, 20):
                raise ValueError(f"{task}: logfile is used with verbose 2 or 20 alone")
        elif name == "stderr":
            continue
        elif name not in known:
            raise ValueError(f"{task} has no parameter {name!r}")
        else:
            _check_value(f"{task}: {name}={value!r}", known[name], value)


def _check_value(said, kind, value):
    if kind == "s":
        if not isinstance(value, str) or not value:
            raise TypeError(f"{said} is no text")
    elif kind == SWITCH:
        if not isinstance(value, bool):
            raise TypeError(f"{said} is not True or False")
    elif kind[0] in ("i", "r"):
        types = (int,) if kind[0] == "i" else (int, float)
        if isinstance(value, bool) or not isinstance(value, types):
            raise TypeError(f"{said} is no number of type {kind[0]}")
        if not kind[1] <= value <= kind[2]:
            raise ValueError(f"{said} is out of range")
    elif value not in kind:
        raise ValueError(f"{said} is none of {kind}")
