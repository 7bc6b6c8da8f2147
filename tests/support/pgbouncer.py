"""A real PgBouncer for tests: the machine's, or Debian's package unpacked without root."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from backend.engines.process import child_setup
from tests.hall import ROOT, until
from tests.support.servers import temporary_home
from tests.support.topologies import OPS, free_ports

UNPACKED = ROOT / ".cache" / "pgbouncer"
FETCH_S, READY_S = 60.0, 10.0
USER, PASSWORD = "postgres", "secret"
FEW = "server_idle_timeout = 1\n"
"""For tests that each have a database of their own."""
LIBRARIES = r"Depends: (libc-ares\S*|libevent-\S*)"
"""What a machine may lack that has the usual rest (OpenSSL, PAM, systemd's library)."""


class MissingError(Exception):
    """There is no PgBouncer and none can be had; the words say what was tried."""


def found_pgbouncer() -> tuple[Path, Path | None]:
    """The program, and the directory of its libraries if that is none of the system's.

    Raises MissingError.
    """
    system = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if system is not None:
        return Path(system), None
    if not (UNPACKED / "done").exists():
        _unpack()
    libraries = next(UNPACKED.glob("root/usr/lib/*/libcares.so*"), None)
    return UNPACKED / "root/usr/sbin/pgbouncer", libraries.parent if libraries else None


@contextmanager
def pgbouncer(server_url: str, *, server_connections: int = 20) -> Iterator[str]:
    """The URL, without a database, of a PgBouncer before the server: ops/pgbouncer.ini."""
    program, libraries = found_pgbouncer()
    (port,) = free_ports(1)
    (host,) = parse_qs(urlsplit(server_url).query)["host"]
    with temporary_home() as home:
        ini = (OPS / "pgbouncer.ini").read_text(encoding="utf-8")
        ini = ini.replace("host=127.0.0.1 port=5432", f"host={host} port=5432")
        ini = ini.replace("listen_port = 6432", f"listen_port = {port}")
        ini = ini.replace("pool_size = 20", f"pool_size = {server_connections}")
        ini = ini.replace("/etc/pgbouncer/userlist.txt", str(home / "userlist.txt"))
        (home / "pgbouncer.ini").write_text(f"{ini}unix_socket_dir =\n{FEW}")
        (home / "userlist.txt").write_text(f'"{USER}" "{PASSWORD}"\n')
        is_root = os.geteuid() == 0  # which it refuses to run as, like PostgreSQL
        nobody = pwd.getpwnam("nobody")
        with (home / "pgbouncer.log").open("ab") as log:
            process = subprocess.Popen(
                [str(program), str(home / "pgbouncer.ini")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"LD_LIBRARY_PATH": str(libraries)} if libraries is not None else {},
                user=nobody.pw_uid if is_root else None,
                group=nobody.pw_gid if is_root else None,
                extra_groups=[] if is_root else None,
                preexec_fn=child_setup(signal.SIGKILL),  # noqa: PLW1509 (it only calls the kernel)
            )
        try:
            until(lambda: process.poll() is not None or _listens(port), READY_S)
            assert process.poll() is None, (home / "pgbouncer.log").read_text()
            yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _unpack() -> None:
    """Download the package and what it stands on, and unpack both below .cache."""
    shutil.rmtree(UNPACKED, ignore_errors=True)
    try:
        asked = _run("apt-cache", "depends", "pgbouncer")
        packages = ["pgbouncer", *re.findall(LIBRARIES, asked)]
        (UNPACKED / "root").mkdir(parents=True)
        _run("apt-get", "download", *packages)
        for package in UNPACKED.glob("*.deb"):
            _run("dpkg", "-x", str(package), "root")
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingError(
            "PgBouncer is not on the PATH, and Debian's package could not be fetched"
            f" ({error}): install it, or go on without this test"
        ) from error
    (UNPACKED / "done").touch()


def _run(*argv: str) -> str:
    cwd = UNPACKED if UNPACKED.exists() else None
    done = subprocess.run(
        argv, cwd=cwd, check=True, capture_output=True, text=True, timeout=FETCH_S
    )
    return done.stdout


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
