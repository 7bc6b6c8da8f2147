"""Brings a checkout to where it can run: `make setup`, and every target that needs a part of it.

Needs Python 3.11+, Node 20.19+ and npm; no root, and nothing of this project.  What is already
done is recognised and skipped.  The module has to be readable for an old Python that is about to
be refused, so it keeps to the syntax of 3.7.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator  # noqa: UP035 (3.7)

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".cache" / "setup"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
PYTHON_LOCK = ROOT / "requirements.lock"
NODE_LOCK = ROOT / "package-lock.json"
NODE_MODULES = ROOT / "node_modules"
DIST = ROOT / "frontend" / "dist"

PYTHON_MIN = (3, 11)
NODE_MIN = (20, 19)  # what Vite 8 asks for
LOG_LINES_SHOWN = 15

NETWORK_WORDS = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|"
    "NewConnectionError|Temporary failure in name resolution|Network is unreachable|dns error|"
    "error sending request|from versions: none|Failed to fetch|Connection refused|timed out"
)
NETWORK_ADVICE = (
    "The package index was not reached. Check the network and HTTPS_PROXY, or name a mirror: "
    "PIP_INDEX_URL and UV_DEFAULT_INDEX for Python, NPM_CONFIG_REGISTRY for npm. "
    "What is done stays done: run it again."
)
ADVICE = (  # words in the output of a failed command, and what to do
    (re.compile("No space left|ENOSPC|Disk quota"), "The disk is full. Free 2 GB, run it again."),
    (
        re.compile("ensurepip"),
        "This Python cannot make environments. Install the package python3-venv, or name another "
        "Python: make setup PYTHON=/path/to/python3",
    ),
    (
        re.compile("DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY"),
        "A package is not the one that was locked. If a mirror is in use, try without it.",
    ),
    (
        re.compile("EUSAGE|can only install packages when"),
        "package.json and package-lock.json disagree: run `make lock` and commit both.",
    ),
    (NETWORK_WORDS, NETWORK_ADVICE),
)


class SetupError(Exception):
    """The set-up cannot go on; the text says what to do."""


@dataclass(frozen=True)
class Step:
    """One thing that may have to be done."""

    title: str
    is_done: Callable[[], bool]
    run: Callable[[Path], None]  # gets the file for the output of its commands


# Python -----------------------------------------------------------------------------------------


def environment_is_done() -> bool:
    """Whether .venv is whole and was made for this place: its scripts hold its path."""
    mark = VENV / "yizhan-place"
    if not VENV_PYTHON.exists() or not (UV.exists() or (VENV / "bin" / "pip").exists()):
        return False
    # A linked environment is another checkout's: it is used as it is, and never cleared.
    return VENV.is_symlink() or not mark.exists() or mark.read_text() == str(ROOT)


def make_environment(log: Path) -> None:
    """An empty .venv of the Python that runs this."""
    if VENV.is_symlink():
        raise SetupError(".venv is a link to what is no environment. Remove it, run it again.")
    command([sys.executable, "-m", "venv", "--clear", str(VENV)], log)
    (VENV / "yizhan-place").write_text(str(ROOT))


def uv_pin() -> tuple[str, str]:
    """The version of uv in the lock, and its lines there: version and hashes."""
    found = re.search(r"^uv==(\S+) .*(?:\n    .*)*", PYTHON_LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise SetupError("requirements.lock does not pin uv. Run `git checkout requirements.lock`.")
    return found.group(1), found.group(0)


def uv_is_done() -> bool:
    """Whether the locked uv is installed."""
    version, _ = uv_pin()
    return UV.exists() and any(VENV.glob(f"lib/python*/site-packages/uv-{version}.dist-info"))


def install_uv(log: Path) -> None:
    """Uv by pip, with the hashes of the lock."""
    requirements = STATE / "uv.txt"
    requirements.write_text(uv_pin()[1] + "\n")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]
    command([*pip, "--require-hashes", "-r", str(requirements)], log)


def python_packages_fingerprint() -> str:
    """Changes with the lock and with the environment."""
    return digest([PYTHON_LOCK, VENV / "pyvenv.cfg"])


def python_packages_are_done() -> bool:
    """Whether the environment holds what the lock says, as far as we have put it there."""
    return is_stamped(VENV / "yizhan-packages", python_packages_fingerprint())


def install_python_packages(log: Path) -> None:
    """Exactly the locked packages: others are removed."""
    sync = [str(UV), "pip", "sync", "--python", str(VENV_PYTHON), "--require-hashes"]
    command([*sync, "requirements.lock"], log)
    (VENV / "yizhan-packages").write_text(python_packages_fingerprint())


# Node -------------------------------------------------------------------------------------------


def node_packages_are_done() -> bool:
    """Whether node_modules holds what the lock says, by npm's own record of it."""
    record = NODE_MODULES / ".package-lock.json"
    if not record.exists():
        return False
    have = json.loads(record.read_text())["packages"]
    for path, wanted in json.loads(NODE_LOCK.read_text())["packages"].items():
        if path == "" or (path not in have and wanted.get("optional")):
            continue  # the project itself; packages for other machines
        if have.get(path, {}).get("version") != wanted.get("version"):
            return False
    return True


def install_node_packages(log: Path) -> None:
    """Exactly the locked packages."""
    require_node()
    command(["npm", "ci", "--no-fund", "--no-audit"], log)


def front_end_fingerprint() -> str:
    """Changes with every source of the front end and with its packages."""
    sources = [path for path in ROOT.iterdir() if path.suffix in (".json", ".ts", ".mjs")]
    for directory, directories, files in os.walk(ROOT / "frontend"):
        directories[:] = [name for name in directories if name not in ("dist", "node_modules")]
        sources += [Path(directory, name) for name in files]
    return digest(sources)


def front_end_is_done() -> bool:
    """Whether frontend/dist was built from the sources as they are."""
    return DIST.is_dir() and is_stamped(STATE / "front-end", front_end_fingerprint())


def build_front_end(log: Path) -> None:
    """The pages that the hub serves."""
    require_node()
    fingerprint = front_end_fingerprint()  # taken before: a file saved meanwhile needs a new build
    command(["npm", "run", "build"], log)
    (STATE / "front-end").write_text(fingerprint)


def require_node() -> None:
    """Refuse a machine without Node and npm, or with old ones."""
    least = ".".join(map(str, NODE_MIN))
    advice = f"Install Node {least} or newer (nodejs.org has archives that need no root)."
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise SetupError(f"Node or npm is missing. {advice}")
    version = subprocess.run(
        ["node", "--version"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    if tuple(map(int, version.lstrip("v").split(".")[:2])) < NODE_MIN:
        raise SetupError(f"Node {version} is too old. {advice}")


# What the steps share ---------------------------------------------------------------------------


PYTHON_STEPS = (
    Step("Python environment (.venv)", environment_is_done, make_environment),
    Step("uv, the installer", uv_is_done, install_uv),
    Step("Python packages", python_packages_are_done, install_python_packages),
)
NODE_STEPS = (Step("Node packages", node_packages_are_done, install_node_packages),)
BUILD_STEPS = (Step("Front end", front_end_is_done, build_front_end),)
PARTS = {"python": PYTHON_STEPS, "node": NODE_STEPS, "build": BUILD_STEPS}


def command(argv: list[str], log: Path) -> None:
    """Run a command in the checkout, its output to `log`.  Raises SetupError, with its end."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    for name in ("VIRTUAL_ENV", "FORCE_COLOR"):  # another environment; colours in the log
        env.pop(name, None)
    with log.open("ab") as output:
        done = subprocess.run(
            argv,
            check=False,
            cwd=str(ROOT),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    if done.returncode != 0:
        text = log.read_text(errors="replace")
        last = "".join(f"    {line}\n" for line in text.splitlines()[-LOG_LINES_SHOWN:])
        advice = next((words for pattern, words in ADVICE if pattern.search(text)), "")
        raise SetupError(f"{last}`{' '.join(argv)}` failed; all it said is in {log}.\n{advice}")


def digest(paths: list[Path]) -> str:
    """One number for the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def is_stamped(stamp: Path, fingerprint: str) -> bool:
    """Whether the file says that the work was done for these inputs."""
    return stamp.exists() and stamp.read_text() == fingerprint


def say(text: str) -> None:
    """Show a piece of a line at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second set-up in this checkout waiting until the first is through."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is running; waiting for it …\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(parts: list[str]) -> None:
    """Do what is left to do of these parts, one line for each step.  Raises SetupError."""
    steps = [step for part in PARTS if part in parts for step in PARTS[part]]
    for number, step in enumerate(steps, start=1):
        if step.is_done():
            continue
        say(f"[{number}/{len(steps)}] {step.title} … ")
        started = time.monotonic()
        log = STATE / f"{re.sub('[^a-z]+', '-', step.title.lower()).strip('-')}.log"
        log.write_bytes(b"")
        try:
            step.run(log)
        except SetupError:
            say("failed.\n")
            raise
        say(f"{time.monotonic() - started:.1f} s\n")


def main() -> int:
    """Set up the parts named on the command line, or all; 0 when everything is in place."""
    if sys.version_info < PYTHON_MIN:
        own, least = (".".join(map(str, v)) for v in (sys.version_info[:2], PYTHON_MIN))
        say(
            f"Python {own} is too old: Yizhan needs {least} or newer. "
            f"Name one: make setup PYTHON=python{least}\n"
        )
        return 1
    parts = sys.argv[1:] or list(PARTS)
    try:
        with alone():
            set_up(parts)
    except SetupError as error:
        say(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. What is done stays done: run it again.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
