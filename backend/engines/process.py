"""Running prepared servers, and any other child that must not outlive its parent."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from signal import Signals

from backend.engines.engine import DISK_FULL_WORDS, Engine, EngineError, disk_full_advice
from backend.engines.logs import cut_long_log, for_owner_only
from backend.engines.running import note_address

STOP_S = 20.0  # patience with an orderly stop before the server is killed
POLL_S = 0.01
RETRY_S = 0.2  # pause before a start that failed for a passing reason is tried again
LOG_TAIL_BYTES = 16_000
LOG_LINES_QUOTED = 6
START_MARK = "=== yizhan starts this server ==="  # what is below it belongs to the latest start

_PR_SET_PDEATHSIG = 1  # prctl(2)


def child_setup(death_signal: Signals = Signals.SIGTERM) -> Callable[[], None]:
    """The `preexec_fn` for a child that ends with its parent and not with its terminal.

    The child gets `death_signal` when the parent dies, even by SIGKILL, and a session of its own:
    Ctrl-C reaches only the parent, which then stops its children in order.

    Call it in the parent, in the thread that starts the child.  The kernel sends the signal when
    that *thread* ends (prctl(2)), so it has to be one that lasts: the main one.
    """
    parent_pid = os.getpid()
    # Looked up here: after fork, nothing may be loaded that another thread might hold a lock on.
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def in_child() -> None:
        os.setsid()
        prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent_pid:  # it died before prctl: no signal will come any more
            os._exit(1)

    return in_child


def end_with_parent(death_signal: Signals = Signals.SIGTERM) -> None:
    """Give this process the signal when its parent dies, even by SIGKILL."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def start(engine: Engine, timeout_s: float) -> subprocess.Popen[bytes]:
    """The running server, ready for clients.  Call it in the main thread (see `child_setup`).

    A start that fails for a passing reason (the last backends of a killed PostgreSQL) is repeated
    within `timeout_s`.  The lock stays held when a start fails; release it with `release`.
    Raises EngineError.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        process = spawn(engine)
        try:
            wait_ready(process, engine, deadline - time.monotonic())
            note_address(engine)
            return process
        except EngineError as error:
            _kill(process)
            if not error.is_passing or time.monotonic() + RETRY_S > deadline:
                raise
            time.sleep(RETRY_S)
        except BaseException:
            _kill(process)
            raise


def spawn(engine: Engine) -> subprocess.Popen[bytes]:
    """The server's process, which is not ready for clients yet.  Raises EngineError."""
    assert threading.current_thread() is threading.main_thread(), "see child_setup"
    assert engine.lock.fd is not None, "the lock was released: prepare the engine again"
    try:
        cut_long_log(engine.log_path)
        with open(engine.log_path, "ab", opener=for_owner_only) as log:
            log.write(f"{START_MARK}\n".encode())
            log.flush()
            return subprocess.Popen(
                engine.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=engine.cwd,
                env=engine.env,
                user=engine.user,
                group=engine.group,
                extra_groups=None if engine.user is None else [],
                pass_fds=(engine.lock.fd,),
                preexec_fn=child_setup(engine.stop_signal),  # noqa: PLW1509 (it only calls the kernel)
            )
    except OSError as error:
        if str(error.strerror) in DISK_FULL_WORDS:
            raise EngineError(disk_full_advice(engine.log_path.parent)) from error
        raise EngineError(f"{engine.name} could not be started: {error}.") from error


def wait_ready(process: subprocess.Popen[bytes], engine: Engine, timeout_s: float) -> None:
    """Return once clients are accepted; any thread may wait.  Raises EngineError."""
    deadline = time.monotonic() + timeout_s
    while not engine.is_ready(process.pid):
        if process.poll() is not None:
            raise exit_error(engine, process.returncode)
        if time.monotonic() > deadline:
            raise EngineError(
                f"{engine.name} was not ready within {timeout_s:.0f} s.{_quoted_log(engine)}"
            )
        time.sleep(POLL_S)


def stop(process: subprocess.Popen[bytes], engine: Engine) -> None:
    """Stop the server in order, by force after STOP_S, and release its lock; safe to repeat."""
    if process.poll() is None:
        process.send_signal(engine.stop_signal)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            _kill(process)
    release(engine)


def release(engine: Engine) -> None:
    """Give the directory up without having started the server; safe to repeat."""
    engine.lock.release()


def exit_error(engine: Engine, status: int) -> EngineError:
    """What to tell of a server that ended by itself, now or after days: its last words.

    `status` is as in Popen.returncode: a signal is negative.
    """
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
    tail = log_tail(engine.log_path)
    if any(words in tail for words in DISK_FULL_WORDS):
        advice, is_passing = f" {disk_full_advice(engine.log_path.parent)}", False
    else:
        fault = next((f for f in engine.faults if f.words in tail), None)
        advice = f" {fault.advice}" if fault else ""
        is_passing = fault is not None and fault.is_passing
    text = f"{engine.name} stopped by itself ({how}).{advice}{_quoted_log(engine)}"
    return EngineError(text, is_passing=is_passing)


def log_tail(path: Path) -> str:
    """The end of what the server has logged since its latest start."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - LOG_TAIL_BYTES))
            text = log.read().decode(errors="replace")
    except OSError:
        return ""
    return text.rpartition(START_MARK)[2].strip()


def _quoted_log(engine: Engine) -> str:
    """The last lines of the log, ready to follow a sentence."""
    lines = log_tail(engine.log_path).splitlines()[-LOG_LINES_QUOTED:]
    if not lines:
        return f" It logged nothing ({engine.log_path})."
    return "\n".join((f" The end of {engine.log_path}:", *(f"  {line}" for line in lines)))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process at once and reap it; PostgreSQL's backends notice and end themselves."""
    process.kill()
    process.wait()
