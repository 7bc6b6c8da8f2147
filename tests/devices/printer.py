"""A virtual ticket printer at a TCP port: prints to PNG files, and fails when told to.

python -m tests.devices.printer --out DIR --listen P1=9101 --listen P2=0 [--width-mm 58]
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from backend.paper.fonts import Fonts, FontsMissingError, find_fonts
from tests.devices.machine import Machine, Trouble
from tests.devices.paper import photograph

CHUNK_BYTES = 4096
PICTURES_MAX = 500
"""Per printer; the oldest are deleted."""
PAPERS_KEPT_MAX = 1000
ROOT = Path(__file__).parent.parent.parent


class VirtualPrinter:
    """One printer.  `papers`, `faults` and `trouble` are for whoever tests with it."""

    def __init__(
        self,
        out: Path | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        width_mm: int = 80,
        fonts: Fonts | None = None,
        trouble: Trouble | None = None,
        on_fault: Callable[[str], None] = lambda fault: None,
    ) -> None:
        """Pictures go to `out`, if given; port 0 means any free one."""
        self.port = port
        self.host = host
        self.papers: list[Image.Image] = []
        """What was cut, oldest first: the head's dots, black on white."""
        self.connections = 0
        self._out = out
        self._width_mm = width_mm
        self._machine = Machine(width_mm, fonts, trouble or Trouble(), self._cut, on_fault)
        self._server: asyncio.Server | None = None
        self._turn = asyncio.Lock()
        self._changed = asyncio.Condition()
        self._writers: set[asyncio.StreamWriter] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._pictures: list[Image.Image] = []
        self._darkroom: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Listen.  Raises OSError when the port is taken."""
        if self._out is not None:
            self._out.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Switch off."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()
        await asyncio.gather(*self._talks, return_exceptions=True)
        if self._darkroom is not None:
            await self._darkroom

    @property
    def trouble(self) -> Trouble:
        """What is wrong with it; assign its fields."""
        return self._machine.trouble

    @property
    def faults(self) -> list[str]:
        """Commands that it did not understand."""
        return self._machine.faults

    @property
    def rows(self) -> int:
        """How much of a ticket is under the head, in dots."""
        return self._machine.rows

    @property
    def begun(self) -> int:
        """Papers whose first dots are there."""
        return self._machine.begun

    @property
    def bytes_taken(self) -> int:
        """All that came over the line so far."""
        return self._machine.bytes_taken

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Return once something is so.  Raises TimeoutError."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(is_so)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection at a time; others wait, as with the real ones."""
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        self._writers.add(writer)
        try:
            async with self._turn:
                self.connections += 1
                if not self.trouble.is_away:
                    await self._talk(reader, writer)
        except (ConnectionError, TimeoutError):
            pass  # the other side is gone; a printer does not care
        finally:
            self._writers.discard(writer)
            self._talks.discard(talk)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trouble, taken = self.trouble, 0
        drop_at, reboot_at, mute_at = (
            trouble.drop_at_byte,
            trouble.reboot_at_byte,
            trouble.mute_at_byte,
        )
        trouble.drop_at_byte = trouble.reboot_at_byte = trouble.mute_at_byte = None
        ends_at = reboot_at if drop_at is None else drop_at
        while data := await reader.read(CHUNK_BYTES):
            if trouble.delay_s:
                await asyncio.sleep(trouble.delay_s)
            is_ended = ends_at is not None and taken + len(data) >= ends_at
            before_end = data[: ends_at - taken] if ends_at is not None else data
            taken += len(data)
            answer = self._machine.feed(before_end)
            await self._tell_change()
            if is_ended:
                if reboot_at is not None:
                    self._machine.reboot(trouble.lost_bytes)
                    trouble.is_away = trouble.lost_bytes == 0
                if drop_at is not None or trouble.is_away:
                    writer.transport.abort()
                    return
                ends_at = None
                answer = self._machine.feed(data[len(before_end) :])
            if answer and (mute_at is None or taken < mute_at):
                writer.write(answer)
                await writer.drain()

    async def _tell_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _cut(self, ticket: Image.Image) -> None:
        self.papers.append(ticket)
        del self.papers[:-PAPERS_KEPT_MAX]
        if self._out is None:
            return
        self._pictures.append(ticket)
        if self._darkroom is None or self._darkroom.done():
            self._darkroom = asyncio.create_task(self._develop(self._out))

    async def _develop(self, out: Path) -> None:
        """Make pictures one after another, beside the printing."""
        while self._pictures:
            ticket = self._pictures.pop(0)
            await asyncio.to_thread(_develop, ticket, self._width_mm, out)
            await self._tell_change()


def _develop(ticket: Image.Image, width_mm: int, out: Path) -> None:
    save(photograph(ticket, width_mm), out)


def save(picture: Image.Image, directory: Path) -> Path:
    """The next picture of a directory, whole or not at all; only the newest ones are kept."""
    pictures = sorted(directory.glob("[0-9]*.png"))
    turn = int(pictures[-1].name.partition("-")[0]) + 1 if pictures else 1
    path = directory / f"{turn:04}-{datetime.now():%H%M%S}.png"  # noqa: DTZ005 — the desk's clock
    aside = path.with_suffix(".tmp")
    picture.save(aside, "PNG")
    aside.replace(path)
    for old in pictures[: max(len(pictures) + 1 - PICTURES_MAX, 0)]:
        old.unlink(missing_ok=True)
    return path


async def _run(out: Path, listen: dict[str, int], host: str, width_mm: int) -> int:
    """Listen until told to stop."""
    font_dir = os.environ.get("YIZHAN_FONT_DIR")
    try:
        fonts = find_fonts(Path(font_dir) if font_dir else None, ROOT)
    except FontsMissingError:
        fonts = None
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        for name, port in listen.items():
            printer = VirtualPrinter(
                out / name,
                port=port,
                host=host,
                width_mm=width_mm,
                fonts=fonts,
                on_fault=partial(_tell_fault, name),
            )
            try:
                await stack.enter_async_context(printer)
            except OSError as error:
                print(f"{name}: {error.strerror}", file=sys.stderr)
                return 1
            print(f"{name}={printer.port}", flush=True)
        await stop.wait()
    return 0


def _tell_fault(name: str, fault: str) -> None:
    print(f"{name}: not understood: {fault}", file=sys.stderr, flush=True)


def main() -> int:
    """Run the printers that the command line names."""
    parser = argparse.ArgumentParser(prog="printer", description="Virtual ticket printers.")
    parser.add_argument("--out", required=True, type=Path, help="pictures go to DIR/NAME/")
    parser.add_argument("--listen", required=True, action="append", metavar="NAME=PORT")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--width-mm", type=int, choices=(80, 58), default=80)
    found = parser.parse_args()
    listen = {}
    for word in found.listen:
        name, _, port = word.partition("=")
        if not name or "/" in name or not port.isdecimal():
            parser.error(f"--listen wants NAME=PORT, not {word}")
        listen[name] = int(port)
    return asyncio.run(_run(found.out, listen, found.host, found.width_mm))


if __name__ == "__main__":
    sys.exit(main())
