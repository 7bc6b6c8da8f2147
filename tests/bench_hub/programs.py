"""The programs that a run needs: two in C and two from npm, made on demand into .cache/load."""

import shutil
import subprocess
from pathlib import Path

from tests.hall import ROOT

SOURCES = ROOT / "tests" / "load"
MADE = ROOT / ".cache" / "load"
PEERS = MADE / "peers"
COMPILE_S, INSTALL_S = 60.0, 180.0


class MissingError(Exception):
    """Something that the machine has to have is not there."""


def compiled(name: str) -> Path:
    """The program of tests/load/{name}.c.

    Raises MissingError: there is no C compiler.
    """
    source, program = SOURCES / f"{name}.c", MADE / name
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    compiler = shutil.which("cc")
    if compiler is None:
        raise MissingError(
            "The load generator is written in C and there is no `cc`: install a C compiler"
            " (Debian, Ubuntu: apt install gcc libc6-dev)."
        )
    MADE.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_suffix(".new")
    warnings = ["-Wall", "-Wextra", "-Werror"]
    argv = [compiler, "-O2", *warnings, "-o", str(unfinished), str(source)]
    subprocess.run(argv, check=True, timeout=COMPILE_S)
    unfinished.replace(program)
    return program


def peers_installed() -> Path:
    """The directory with the servers for Node, and what they need beside them."""
    lock = (SOURCES / "peers" / "package-lock.json").read_bytes()
    have = PEERS / "package-lock.json"
    is_installed = have.exists() and have.read_bytes() == lock and (PEERS / "done").exists()
    if not is_installed:
        shutil.rmtree(PEERS, ignore_errors=True)
        PEERS.mkdir(parents=True)
    for file in (SOURCES / "peers").iterdir():
        if file.is_file():
            shutil.copy(file, PEERS)
    if not is_installed:
        argv = ["npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--silent"]
        subprocess.run(argv, cwd=PEERS, check=True, timeout=INSTALL_S)
        (PEERS / "done").touch()
    return PEERS
