"""The stand-in $HEADAS tree behaves as HEASoft's tasks are documented to: parameters, log, faults."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from headas.headas_tasks import parameters
from headas_runs import Shell
from headas_standin import HERE, headas_environ, make_headas, make_nustar_observation

OBS = "99601110002"
PAR_FILES = sorted((HERE / "syspfiles").glob("*.par"))
DOCUMENTED = {
    "nupipeline": "indir steminputs outdir instrument obsmode entrystage exitstage fpma_infile initseed"
    " saamode tentacle saacalc statusexpr gradeexpr usrgtifile depthcut runsplitsc createexpomap lcbinsize"
    " productsgtifile arfvignflag inmastaspectfile fpmb_inoptaxisfile fpma_hkrangefile06 clobber",
    "nuproducts": "indir instrument steminputs outdir stemout infile srcregionfile bkgregionfile binsize"
    " lcfile usrgtifile pilow pihigh correctlc lcpsfflag runmkarf boxsize runmkrmf runbackscale rungrppha",
    "xrtpipeline": "indir outdir steminputs srcra srcdec attfile exitstage exprpcgrade mode",
    "xrtexpomap": "infile attfile hdfile outdir stemout vigflag energy",
    "xrtproducts": "infile regionfile bkgextract outdir binsize rmffile expofile attfile hdfile",
    "ftgrouppha": "infile backfile respfile outfile grouptype groupscale minchannel maxchannel templatefile",
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    return Shell(make_headas(tmp_path_factory.mktemp("headas")))


@pytest.fixture(scope="module")
def observed(tmp_path_factory) -> Path:
    return make_nustar_observation(tmp_path_factory.mktemp("sky"), OBS)


def pipeline(
    shell: Shell, observed: Path, out: Path, *words: str, **environ: str
) -> tuple[int, str]:
    given = {"indir": observed, "steminputs": f"nu{OBS}", "outdir": out, "instrument": "FPMA"}
    taken = {word.partition("=")[0] for word in words}
    usual = [f"{k}={v}" for k, v in given.items() if k not in taken]
    return shell.run("nupipeline", *usual, "obsmode=SCIENCE", *words, **environ)


def hdus_of(path: Path):
    from astropy.io import fits

    with fits.open(path, memmap=False) as hdus:
        return [hdu for hdu in hdus if hdu.data is not None or hdu.header]  # data are read here


@pytest.mark.parametrize("path", PAR_FILES, ids=lambda p: p.stem)
def test_par_files_hold_values_that_they_allow(path):
    read = parameters.read_par_file(path)
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert len(read) == len(lines)
    assert set(DOCUMENTED.get(path.stem, "").split()) <= set(read)
    for one in read.values():
        assert one.kind in "birsf"
        assert set(one.mode) <= set("ahql")
        assert one.prompt
        assert one.checked(one.value) == one.value


def test_the_pipeline_gives_the_events_that_the_archive_has_cleaned(shell, observed, tmp_path):
    code, text = pipeline(shell, observed, tmp_path / "out")
    assert code == 0, text
    assert "left behind" not in text
    name = f"nu{OBS}A01_cl.evt"
    made, kept = hdus_of(tmp_path / "out" / name), hdus_of(observed / "event_cl" / f"{name}.gz")
    assert len(made[1].data) == len(kept[1].data) > 1000
    for column in kept[1].columns.names:
        assert (made[1].data[column] == kept[1].data[column]).all()
    assert made[1].header["INSTRUME"] == kept[1].header["INSTRUME"]
    for key in ("ONTIME", "EXPOSURE", "DEADC", "RA_OBJ"):
        assert made[1].header[key] == pytest.approx(kept[1].header[key], rel=1e-12)
    assert [hdu.name for hdu in made] == ["PRIMARY", "EVENTS", "GTI", *["BADPIX"] * 4]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    stem = f"nu{OBS}"
    assert {f"{stem}{end}" for end in ("_mast.fits", "_psd.fits", "_psdcorr.fits", "_att.fits", "A_uf.evt",
            "A_bp.fits", "A_hp.fits", "A_oa.fits", "A_det1.fits", "A_fpm.hk", "A.attorb", "A.mkf", "A01_gti.fits")} < names  # fmt: skip


def test_the_log_announces_each_stage_in_the_documented_words(shell, observed, tmp_path):
    text = pipeline(shell, observed, tmp_path / "out", "createexpomap=yes")[1]
    steps = re.findall(r"^nupipeline_\S+ Info: Running '(\w+)'", text, re.MULTILINE)
    assert steps == [
        "numetrology", "nuattcorr", "nuflagbad", "nuhotpix", "nucalcpha", "nucalcpi", "nuflagevt",
        "nucoord", "nufilter", "nuscreen", "nuexpomap",
    ]  # fmt: skip
    assert text.count("exit with success.") == len(steps)
    for words in (
        "Running NuSTAR pipeline", "Task: nupipeline Version:", f"Stage  I: Calibrating 'nu{OBS}A_uf.evt'",
        "Command: nuhotpix infile=", " Running 'nuhotpix_", "Input Parameters List:",
        f"Stage II: Screening 'nu{OBS}A_uf.evt'", f"Generating 'nu{OBS}A01_cl.evt' exposure map",
        "NuSTAR pipeline Report", "FPMA: .... Stage    I: ", "Exit with no errors - 2",
    ):  # fmt: skip
        assert words in text


def test_places_of_the_detectors_are_those_of_the_simulation(shell, observed, tmp_path):
    import numpy as np

    from nuwidgets.simulation.detector import Mount

    pipeline(shell, observed, tmp_path / "out", "exitstage=1")
    table = hdus_of(tmp_path / "out" / f"nu{OBS}A_det1.fits")[1]
    mount = Mount("A", table.header["PA_PNT"])
    point = np.full(len(table.data), 350.0)
    x, y = mount.to_sky(point, point, table.data["TIME"])
    assert abs(table.data["X_DET1"] - x - 1).max() < 0.5
    assert abs(table.data["Y_DET1"] - y - 1).max() < 0.5


def test_screening_follows_its_parameters(shell, observed, tmp_path):
    usual = "statusexpr=STATUS==b0000xx00xx0xx000"
    every = "statusexpr=STATUS==bxxxxxxxxxxxxxxxx"
    n = {}
    for words in ((usual,), (every,), (every, "gradeexpr=0-32"), (usual, "gradeexpr=0-4")):
        out = tmp_path / str(len(n))
        assert pipeline(shell, observed, out, *words)[0] == 0
        n[words] = len(hdus_of(out / f"nu{OBS}A01_cl.evt")[1].data)
    assert n[(usual, "gradeexpr=0-4")] < n[(usual,)] < n[(every,)] < n[(every, "gradeexpr=0-32")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["outdir={indir}"], "outdir must not be indir"),
        (["indir={indir}/nowhere"], "does not exist"),
        (["steminputs=nu1"], "there is no nu1A_uf.evt"),
        (["steminputs="], "steminputs is required"),
        (["outdir=with a space"], "it has a space"),
        (["nosuch=1"], "unknown parameter 'nosuch'"),
        (["saacalc=4"], "outside the range 1 to 3"),
        (["evtthr=much"], "bad number for parameter evtthr"),
        (["clobber=perhaps"], "not yes or no"),
        (["instrument=FPMC"], "is not one of FPMA|FPMB|ALL"),
    ],
)
def test_what_the_pipeline_refuses(shell, observed, tmp_path, words, says):
    given = [word.format(indir=observed) for word in words]
    code, text = pipeline(shell, observed, tmp_path / "out", *given)
    assert code == 1
    assert says in text
    assert not (tmp_path / "out").exists()


def test_packed_and_plain_files_together_are_refused(shell, observed, tmp_path):
    import gzip
    import shutil

    doubled = Path(shutil.copytree(observed, tmp_path / "doubled"))
    packed = doubled / "event_uf" / f"nu{OBS}A_uf.evt.gz"
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    code, text = pipeline(shell, doubled, tmp_path / "out")
    assert (code, "several files match" in text) == (1, True)
    packed.unlink()
    assert pipeline(shell, doubled, tmp_path / "out", "exitstage=1")[0] == 0


def test_files_that_exist_stay_unless_clobber_is_given(shell, observed, tmp_path):
    again = lambda *words: pipeline(shell, observed, tmp_path / "out", "exitstage=1", *words)  # noqa: E731
    assert again()[0] == 0
    code, text = again()
    assert (code, "exists and clobber=no" in text) == (1, True)
    assert again("clobber=yes")[0] == 0


def test_without_an_index_of_calibration_files_nothing_runs(shell, observed, tmp_path):
    code, text = pipeline(shell, observed, tmp_path / "out", CALDB=str(tmp_path))
    assert (code, "Unable to get alignment file from CALDB" in text) == (1, True)
    assert "ERROR: Pipeline exit with errors" in text


def test_what_is_missing_is_asked_for_on_the_terminal(shell, observed, tmp_path):
    answers = f"{observed}\nnu{OBS}\n{tmp_path / 'out'}\n" + "\n" * 6
    code, text = shell.run(
        "nupipeline", "exitstage=1", "instrument=FPMB", stdin=answers, HEADASNOQUERY="ask"
    )
    assert code == 0, text
    assert "Directory of the input files [./]" in text
    assert (tmp_path / "out" / f"nu{OBS}B_uf.evt").is_file()
    code, text = shell.run("nupipeline", HEADASNOQUERY="ask")
    assert (code, "end of input while asking for parameter indir" in text) == (1, True)


def test_asked_values_are_learned_and_hidden_ones_are_not(shell, tmp_path):
    env = shell.environ(tmp_path)
    command = [str(shell.headas / "bin" / "ftlist"), "infile=a b.fits", "option=K", "rownum=no"]
    subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
    kept = parameters.read_par_file(tmp_path / "pfiles" / "ftlist.par")
    assert [kept[n].value for n in ("infile", "option", "rownum")] == ["a b.fits", "K", "yes"]


@pytest.mark.parametrize("apart", [True, False])
def test_runs_that_share_par_files_take_each_others_values(shell, observed, tmp_path, apart):
    source = observed / "hk" / f"nu{OBS}A_fpm.hk.gz"
    running = []
    for n in range(4):
        home = tmp_path / (str(n) if apart else "all")
        env = shell.environ(home, STANDIN_LEARN_S="0.7")
        words = [f"infile={source}", f"outfile={tmp_path / f'copy{n}.fits'}", "clobber=yes"]
        running.append(
            subprocess.Popen(
                [str(shell.headas / "bin" / "ftcopy"), *words], env=env, stdout=subprocess.DEVNULL
            )
        )
    for process in running:
        process.wait(timeout=60)
    assert (len(list(tmp_path.glob("copy*.fits"))) == 4) is apart


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("nupipeline=fail", 1, "ERROR: Pipeline exit with error: wrong values"),
        ("nupipeline:2=fail", 1, f"'nu{OBS}A_uf.evt' calibrated."),
        ("nupipeline:nuhotpix=fail", 1, "Error: running 'nuhotpix'"),
        ("nuhotpix=segv", 1, "Error: running 'nuhotpix'"),
        ("nupipeline=segv", -signal.SIGSEGV, "Running NuSTAR pipeline"),
        ("nupipeline:2=kill", -signal.SIGKILL, "calibrated."),
        ("nupipeline=nocaldb", 1, "Unable to get alignment file from CALDB"),
        ("nuscreen=full", 1, "No space left on device"),
        ("nupipeline=latin1", 0, "Mu\ufffdoz"),
        ("nucalcpi=ansi", 0, "<script>"),
        ("nupipeline@FPMB=fail", 0, "Exit with no errors"),
        ("nupipeline@FPMA=fail", 1, "wrong values"),
        ("nupipeline:1=prompt", 1, "Please enter a value"),
        ("nupipeline=nonsense", 1, "there is no fault 'nonsense'"),
    ],
)
def test_faults_happen_where_they_are_switched_on(shell, observed, tmp_path, fault, code, says):
    detached = [] if fault.endswith("prompt") else None
    if detached is not None:  # without a terminal the question meets the end of its input
        env = shell.environ(tmp_path, STANDIN_FAULT=fault)
        words = [
            f"indir={observed}",
            f"steminputs=nu{OBS}",
            f"outdir={tmp_path / 'out'}",
            "instrument=FPMA",
        ]
        done = subprocess.run(
            [str(shell.headas / "bin" / "nupipeline"), *words],
            env=env,
            capture_output=True,
            text=True,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        got, text = done.returncode, done.stdout
    else:
        got, text = pipeline(shell, observed, tmp_path / "out", STANDIN_FAULT=fault)
    assert got == code, text
    assert says in text


def test_a_slow_task_says_so_and_a_loud_orphan_keeps_the_output_open(shell, observed, tmp_path):
    slow = {"STANDIN_FAULT": "nuhotpix=slow,nucalcpi=loud_orphan", "STANDIN_SLOW_S": "0.5", "STANDIN_ORPHAN_S": "1.5"}  # fmt: skip
    began = time.monotonic()
    code, text = pipeline(shell, observed, tmp_path / "out", "exitstage=1", **slow)
    assert (code, text.count("nuhotpix: working") >= 2) == (0, True)
    assert time.monotonic() - began > 2  # the output ends only with the orphan


def test_the_third_stage_makes_products(shell, observed, tmp_path):
    code, text = pipeline(shell, observed, tmp_path / "out", "exitstage=3", "lcbinsize=256")
    assert code == 0, text
    assert f"Stage III: 'nu{OBS}A01_cl.evt' products and images created." in text
    assert (tmp_path / "out" / f"nu{OBS}A01_sr.pha").is_file()
    stages = [f"Stage {n}" for n in ("   I:", "  II:", " III:")]
    assert all(f"FPMA: .... {stage}" in text for stage in stages)


def test_a_chatty_task_says_200_000_lines(shell, observed, tmp_path):
    code, text = pipeline(
        shell, observed, tmp_path / "out", "exitstage=1", STANDIN_FAULT="nuflagbad=chatty"
    )
    assert code == 0
    assert text.count("processing row") == 200_000


def test_only_the_group_can_be_stopped_and_an_orphan_not_even_so(shell, observed, tmp_path):
    env = headas_environ(
        shell.headas, STANDIN_FAULT="nuflagbad=orphan,nuhotpix=hang", STANDIN_ORPHAN_S="8"
    )
    words = [
        f"indir={observed}",
        f"steminputs=nu{OBS}",
        f"outdir={tmp_path / 'out'}",
        "instrument=FPMA",
        "obsmode=ALL",
    ]
    log = tmp_path / "log"
    with log.open("w") as stream:
        running = subprocess.Popen(
            [str(shell.headas / "bin" / "nupipeline"), *words],
            env=env | {"HEADASNOQUERY": ""},
            stdout=stream,
            cwd=tmp_path,
            start_new_session=True,
        )
    deadline = time.monotonic() + 30
    while "nuhotpix: Info: waiting" not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    orphan = int(re.search(r"process (\d+) goes on", log.read_text())[1])
    running.terminate()
    assert running.wait(timeout=5) == -signal.SIGTERM
    os.killpg(running.pid, signal.SIGTERM)  # the sub-task is still there and does not listen
    time.sleep(0.2)
    os.killpg(running.pid, signal.SIGKILL)
    os.kill(orphan, 0)  # it would raise if the orphan were gone
    os.kill(orphan, signal.SIGKILL)
    assert list(tmp_path.glob("*nuhotpix.tmp"))


def test_the_environment_names_the_tree(shell, monkeypatch):
    monkeypatch.setenv("STANDIN_FAULT", "left=over")
    env = headas_environ(
        shell.headas, nupipeline="hang", STANDIN_FAULT="ftlist=fail", STANDIN_PAUSE_S="2"
    )
    assert env["STANDIN_FAULT"] == "ftlist=fail,nupipeline=hang"
    assert env["STANDIN_PAUSE_S"] == "2"
    assert Path(env["CALDB"], "data", "nustar", "fpm", "caldb.indx").is_file()
    assert env["PATH"].startswith(str(shell.headas / "bin"))
    assert headas_environ(shell.headas)["STANDIN_FAULT"] == ""


def test_small_tasks_speak_plainly(shell, observed):
    path = observed / "hk" / f"nu{OBS}A_fpm.hk.gz"
    assert shell.run("fversion")[1].endswith("_standin\n")
    code, text = shell.run("ftlist", f"{path}", "HC")
    assert code == 0
    assert "HK1FPM" in text
    assert re.search(r"2 LIVETIME\s+D", text)
    code, text = shell.run("ftlist", f"{path}[1]", "option=T", "rows=2-3")
    assert [line.split()[0] for line in text.splitlines()[1:]] == ["2", "3"]
    assert shell.run("ftlist", "nothing.fits", "H") == (
        1,
        "ftlist: the file 'nothing.fits' does not exist\n",
    )
