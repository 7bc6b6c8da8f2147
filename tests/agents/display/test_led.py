"""LED lines, over a pseudo-terminal."""

import asyncio
import os
import termios
import tty
from collections.abc import Iterator
from functools import reduce
from operator import xor
from pathlib import Path

import pytest

from backend.core.ids import CounterId, CounterState, Text
from backend.core.views.counter_screen import CounterScreenView
from backend.wire.messages import Show
from display_agent import led
from display_agent.led import (
    STALE_LINE,
    FilePort,
    Led,
    LedChoice,
    SerialPort,
    frame,
    open_port,
    parse_led,
)
from tests.agents.display.test_agent import FAST, agent
from tests.client.wire_hub import wire_hub


def read_frame(data: bytes) -> tuple[int, str]:
    """Address and text, as a strip understands them."""
    assert len(data) == 22
    assert (data[0], data[19]) == (2, 3)
    body = data[1:19]
    assert int(data[20:22], 16) == reduce(xor, body)
    return int(body[:2]), body[2:].decode("gbk")


class Strip:
    """The far end of a serial line."""

    def __init__(self) -> None:
        self._far, near = os.openpty()
        tty.setraw(near)
        self.path = os.ttyname(near)
        self.near: int | None = near
        os.set_blocking(self._far, False)
        self._rest = b""

    def shown(self) -> list[tuple[int, str]]:
        """The frames that came since."""
        while True:
            try:
                self._rest += os.read(self._far, 4096)
            except OSError:
                break
        count = len(self._rest) // 22
        whole, self._rest = self._rest[: count * 22], self._rest[count * 22 :]
        return [read_frame(whole[n * 22 : n * 22 + 22]) for n in range(count)]

    async def until(self, *lines: tuple[int, str]) -> None:
        """Wait until all of these came."""
        due = {read_frame(frame(*line)) for line in lines}
        async with asyncio.timeout(15):
            while due:
                due -= set(self.shown())
                await asyncio.sleep(0.01)

    def close(self) -> None:
        os.close(self._far)
        if self.near is not None:
            os.close(self.near)


@pytest.fixture
def strip() -> Iterator[Strip]:
    strip = Strip()
    yield strip
    strip.close()


def screen(counter_id: str, line: str, seq: int = 1) -> Show:
    view = CounterScreenView(
        counter_id=CounterId(counter_id),
        counter_no=5,
        zone_name=Text(zh="一号厅", en="Hall 1"),
        time_zone="Asia/Shanghai",
        is_open=True,
        queue_names=(),
        state=CounterState.OPEN,
        pause_reason=None,
        number=None,
        ticket_state=None,
        led_line=line,
    )
    return Show(topic=f"counter_screen:{counter_id}", epoch="e1", seq=seq, view=view)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("A023→5号窗口", "A023→5号窗口   "),
        ("未开放", "未开放          "),
        ("A1023→112号窗口前", "A1023→112号窗口"),
        ("😀\x02\x03X", "?  X            "),
        ("", " " * 16),
    ],
)
def test_line_is_framed_cut_and_filled(line: str, shown: str) -> None:
    assert read_frame(frame(7, line)) == (7, shown)


def test_line_is_cut_between_characters_only() -> None:
    _, text = read_frame(frame(1, "一二三四五六七A八"))
    assert text == "一二三四五六七A "


@pytest.mark.parametrize("text", ["W05", "=x", "W05=", "W05=/dev/x@", "W05=/dev/x@0", "W05=a@100"])
def test_led_that_is_not_written_so_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="LED"):
        parse_led(text)


def test_led_is_read() -> None:
    assert parse_led("W05=/dev/ttyUSB0@12") == LedChoice(
        counter_id="W05", device="/dev/ttyUSB0", address=12
    )
    assert parse_led("W05=file:led.bin").address == 1


def test_serial_line_is_raw_and_has_its_speed(strip: Strip) -> None:
    port = open_port(strip.path, 19200)
    assert isinstance(port, SerialPort)
    port.write(frame(1, "A"))
    assert strip.near is not None
    settings = termios.tcgetattr(strip.near)
    assert settings[4] == settings[5] == termios.B19200
    assert settings[2] & (termios.CSTOPB | termios.PARENB) == 0
    assert strip.shown() == [(1, "A".ljust(16))]
    port.close()


def test_dummy_holds_the_newest_frame(tmp_path: Path) -> None:
    port = open_port(f"file:{tmp_path / 'led.bin'}", 9600)
    assert isinstance(port, FilePort)
    for line in ("A001", "A002"):
        port.write(frame(1, line))
    assert read_frame((tmp_path / "led.bin").read_bytes()) == (1, "A002".ljust(16))
    assert [path.name for path in tmp_path.iterdir()] == ["led.bin"]


@pytest.mark.parametrize("is_serial", [True, False])
async def test_strips_of_one_line_send_frame_after_frame(
    strip: Strip, tmp_path: Path, is_serial: bool
) -> None:
    port = open_port(strip.path if is_serial else f"file:{tmp_path / 'led.bin'}", 9600)
    opened = len(os.listdir("/proc/self/fd"))
    sent = [asyncio.to_thread(port.write, frame(n, f"{n}号窗口")) for n in range(1, 61)]
    await asyncio.gather(*sent)
    assert len(os.listdir("/proc/self/fd")) - opened == int(is_serial)
    if is_serial:
        assert {address for address, _ in strip.shown()} == set(range(1, 61))


async def test_agent_shows_two_counters_on_one_line(strip: Strip, tmp_path: Path) -> None:
    async with wire_hub() as hub:
        hub.shows["counter_screen:W05"] = screen("W05", "5号窗口 请稍候")
        hub.shows["counter_screen:W06"] = screen("W06", "暂停服务")
        leds = ("--led", f"W05={strip.path}@1", "--led", f"W06={strip.path}@2")
        async with agent(hub, tmp_path, *FAST, *leds, zones=()):
            await strip.until((1, "5号窗口 请稍候"), (2, "暂停服务"))
            await hub.show(screen("W05", "A023→5号窗口", seq=2))
            await strip.until((1, "A023→5号窗口"))


async def test_line_is_repeated_and_says_when_it_may_be_wrong__I10(
    strip: Strip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(led, "REPEAT_S", 0.05)
    monkeypatch.setattr(led, "STALE_S", 0.2)
    monkeypatch.setattr(led, "TICK_S", 0.01)
    line = Led(parse_led(f"W05={strip.path}"), open_port(strip.path, 9600))
    line.show("A001→5号窗口")
    is_linked = True
    work = asyncio.create_task(line.work(lambda: is_linked))
    for _ in range(2):
        await strip.until((1, "A001→5号窗口"))
    is_linked = False
    await strip.until((1, STALE_LINE))
    is_linked = True
    await strip.until((1, "A001→5号窗口"))
    work.cancel()


async def test_strip_that_was_pulled_out_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(led, "REPEAT_S", 0.02)
    monkeypatch.setattr(led, "TICK_S", 0.01)
    path, strip = tmp_path / "tty", Strip()
    path.symlink_to(strip.path)
    line = Led(parse_led(f"W05={path}"), open_port(str(path), 9600))
    line.show("A001")
    work = asyncio.create_task(line.work(lambda: True))
    await strip.until((1, "A001"))
    strip.close()
    async with asyncio.timeout(10):
        while "does not work" not in caplog.text:
            await asyncio.sleep(0.01)
    again = Strip()
    path.unlink()
    path.symlink_to(again.path)
    await again.until((1, "A001"))
    work.cancel()
    again.close()
    assert caplog.text.count("does not work") == 1
