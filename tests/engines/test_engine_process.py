"""Processes and directories: no orphan, no second owner, and failures that say what to do."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.engines import logs
from backend.engines import process as process_module
from backend.engines.engine import Engine, EngineError, Fault
from backend.engines.home import caller, claim_home, private_directory
from backend.engines.postgres import prepare_postgres
from backend.engines.process import child_setup, exit_error, start, stop
from backend.engines.valkey import prepare_valkey
from tests.engines.conftest import START_TIMEOUT_S, is_gone, running, sql, wait_until

ROOT = Path(__file__).resolve().parents[2]
ORPHAN_LIMIT_S = 5.0

PARENT = """
import json, sys, time
from pathlib import Path
from backend.engines.postgres import prepare_postgres
from backend.engines.process import start
from backend.engines.valkey import prepare_valkey
home = Path(sys.argv[1])
pids = [start(prepare(home), 30).pid for prepare in (prepare_postgres, prepare_valkey)]
print(json.dumps(pids), flush=True)
time.sleep(60)
"""


def scripted(home: Path, script: str, *faults: Fault) -> Engine:
    """A server that is a shell script; ready once a file named after it exists."""
    return Engine(
        name="scripted",
        argv=("/bin/sh", "-c", script),
        env={"PATH": os.defpath},
        cwd=home,
        user=None,
        group=None,
        stop_signal=signal.SIGTERM,
        url="",
        log_path=home / "scripted.log",
        is_ready=lambda pid: (home / "ready").exists(),
        lock=claim_home(home, "scripted"),
        faults=faults,
    )


def test_killed_parent_leaves_no_orphan_and_home_is_free(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids: list[int] = json.loads(parent.stdout.readline())
        parent.kill()
    engine = prepare_postgres(home)  # waits for the old server, which still holds the lock
    assert is_gone(pids[0])
    with running(engine), running(prepare_valkey(home)):
        assert sql(engine.url, "select 1") == 1
    wait_until(lambda: all(is_gone(pid) for pid in pids), ORPHAN_LIMIT_S)


def test_child_whose_parent_died_early_ends_itself() -> None:
    setup = child_setup()
    middle = os.fork()
    if middle == 0:  # a stand-in for whoever adopts the child: not the process that set it up
        child = os.fork()
        if child == 0:
            setup()
            os._exit(77)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    assert os.waitstatus_to_exitcode(os.waitpid(middle, 0)[1]) == 1


@pytest.mark.parametrize("prepare", [prepare_postgres, prepare_valkey])
def test_second_start_in_same_home_is_refused(home: Path, prepare: object) -> None:
    assert callable(prepare)
    with running(prepare(home)), pytest.raises(EngineError) as refusal:
        prepare(home)
    words = str(refusal.value)
    assert f"in use by process {os.getpid()} (" in words
    assert f"kill {os.getpid()}" in words
    assert "YIZHAN_HOME" in words
    prepare(home).lock.release()


def test_server_that_does_not_end_after_its_parent_is_reported(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.engines.lock.HANDOVER_S", 0.1)
    lock = claim_home(home, "postgres")
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock.path.write_text(f"{dead.pid}\n")
    with pytest.raises(EngineError, match=rf"parent \(process {dead.pid}\) is gone.*fuser"):
        claim_home(home, "postgres")
    lock.release()


def test_server_that_exits_early_is_quoted(home: Path) -> None:
    engine = scripted(home, "echo one; echo 'two: no such thing' >&2; exit 3")
    with pytest.raises(EngineError) as failure:
        start(engine, START_TIMEOUT_S)
    words = str(failure.value)
    assert "scripted stopped by itself (exit status 3)." in words
    assert words.endswith("scripted.log:\n  one\n  two: no such thing")
    engine.lock.release()


def test_words_of_earlier_start_are_not_quoted(home: Path) -> None:
    engine = scripted(home, "test -e again || { touch again; echo old; exit 1; }; echo new; exit 1")
    for _ in range(2):
        with pytest.raises(EngineError) as failure:
            start(engine, START_TIMEOUT_S)
    assert "new" in str(failure.value)
    assert "old" not in str(failure.value)
    engine.lock.release()


def test_passing_fault_is_tried_again(home: Path) -> None:
    script = "test -e again || { touch again; echo busy; exit 1; }; touch ready; exec sleep 60"
    engine = scripted(home, script, Fault(words="busy", advice="Wait.", is_passing=True))
    with running(engine) as process:
        assert process.poll() is None


def test_server_that_is_never_ready_is_ended(home: Path) -> None:
    engine = scripted(home, "echo $$; exec sleep 60")
    with pytest.raises(EngineError, match="not ready within 0 s"):
        start(engine, 0.3)
    pid = int(engine.log_path.read_text().splitlines()[-1])
    assert is_gone(pid)
    engine.lock.release()


def test_server_that_ignores_stop_is_killed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "STOP_S", 0.2)
    engine = scripted(home, "trap '' TERM; touch ready; while :; do sleep 0.05; done")
    process = start(engine, START_TIMEOUT_S)
    stop(process, engine)
    assert process.returncode == -signal.SIGKILL
    stop(process, engine)


def test_full_disk_in_log_of_server_is_told(home: Path) -> None:
    engine = scripted(home, "echo 'could not write: No space left on device'; exit 1")
    with pytest.raises(EngineError, match=r"disk that holds .* is full. Free some space"):
        start(engine, START_TIMEOUT_S)
    engine.lock.release()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_at_start_is_told(home: Path) -> None:
    (home / "scripted.log").symlink_to("/dev/full")
    engine = scripted(home, "true")
    with pytest.raises(EngineError, match=r"disk that holds .* is full. Free some space"):
        start(engine, START_TIMEOUT_S)
    engine.lock.release()


def test_exit_by_signal_is_named(home: Path) -> None:
    engine = scripted(home, "true")
    assert "signal SIGSEGV" in str(exit_error(engine, -signal.SIGSEGV))
    engine.lock.release()


def test_long_log_is_set_aside(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES_MAX", 5)
    (home / "scripted.log").touch(mode=0o600)
    (home / "scripted.log").write_text("old words\n")
    with running(scripted(home, "touch ready; exec sleep 60")):
        assert (home / "scripted.log.1").read_text() == "old words\n"
        assert "old words" not in (home / "scripted.log").read_text()
        for name in ("scripted.log", "scripted.log.1"):
            assert (home / name).stat().st_mode & 0o077 == 0


def test_long_log_is_set_aside_while_its_process_writes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES_MAX", 5)
    path = tmp_path / "web1.log"
    with path.open("ab", buffering=0) as log:
        log.write(b"first words\n")
        logs.cut_long_log(path)
        log.write(b"more\n")
        logs.cut_long_log(path)
    assert (tmp_path / "web1.log.1").read_bytes() == b"first words\n"
    assert path.read_bytes() == b"more\n"


def test_directory_of_stranger_is_refused(home: Path) -> None:
    (home / "link").symlink_to(home)
    with pytest.raises(EngineError, match="belongs to uid"):
        private_directory(home / "link", caller())


@pytest.mark.parametrize("prepare", [prepare_postgres, prepare_valkey])
def test_missing_package_is_told(
    home: Path, prepare: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(prepare)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"not installed. Run `make setup`.*DATABASE_URL"):
        prepare(home)
    claim_home(home, "postgres").release()
    claim_home(home, "valkey").release()
