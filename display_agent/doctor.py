"""Looks at everything a voice needs, says what to do about what is wrong, speaks a test call."""

import argparse
import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from miniaudio import Backend, MiniaudioError

from backend.client import Client, RejectedError, UnansweredError
from backend.client.findings import Finding, Verdict, folder_finding
from backend.core.ids import SpeakerState
from backend.core.views.voice import VoiceView
from display_agent import clips, pcm
from display_agent.browser import find_chromium
from display_agent.card import names_of
from display_agent.edge import Edge, edge_fetch
from display_agent.errors import SoundError, VoiceError
from display_agent.espeak import Espeak
from display_agent.led import frame, open_port
from display_agent.options import Setup, loudspeakers_of
from display_agent.recordings import Recordings
from display_agent.screens import missing_of
from display_agent.shelf import Shelf
from display_agent.speech import Tempo, chinese, english
from display_agent.voice import VoiceChoice, Voices

ANSWER_MAX_S = 5.0
CLOCK_MAX_S = 2.0
FREE_MIN = 500 * 1024 * 1024
"""Bytes for rendered speech, logs and transcripts."""
SAMPLES_MAX = 5
"""Names listed of those that are missing."""


async def examine(options: argparse.Namespace, setup: Setup, token: str) -> AsyncIterator[Finding]:
    """What is found, one after another."""
    yield folder_finding("folder", options.home, FREE_MIN)
    if setup.screens:
        yield _screens(options)
    yield await asyncio.to_thread(_fonts, has_screens=bool(setup.screens))
    async for finding in _network(options, setup, token):
        yield finding
    for choice in setup.leds:
        yield await asyncio.to_thread(_led, choice.device, choice.address, options.led_baud)
    recordings = Recordings(options.recordings)
    if options.recordings is not None:
        yield _recordings(options.recordings, recordings)
    edge = Edge(Shelf(options.home / "edge", ".mp3"), edge_fetch(options.edge_proxy))
    espeak = Espeak()
    voices = Voices(options.voice, recordings, edge, Shelf(options.home / "clips", ".wav"), espeak)
    try:
        if options.voice in {VoiceChoice.AUTO, VoiceChoice.EDGE}:
            yield await _edge(edge)
        yield await _espeak(espeak)
        if setup.zones:
            async for finding in _sound(options, setup, voices, recordings.chime):
                yield finding
    finally:
        await voices.close()


def _screens(options: argparse.Namespace) -> Finding:
    chromium = find_chromium(options.chromium)
    missing = missing_of(chromium, os.environ, is_headless=options.headless)
    if missing is None:
        return Finding(
            part="screens",
            verdict=Verdict.GOOD,
            zh=f"用 {chromium} 显示",
            en=f"shown by {chromium}",
        )
    if chromium is None:
        zh = "没有 Chromium 浏览器：请安装，或用 --chromium 指明"
    else:
        zh = "没有图形桌面（DISPLAY、WAYLAND_DISPLAY 都未设置）：请登录桌面后在其中运行"
    return Finding(part="screens", verdict=Verdict.BAD, zh=zh, en=missing)


def _fonts(*, has_screens: bool) -> Finding:
    """Whether the browsers of screens find Chinese fonts; a voice needs none."""
    part = "fonts"
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, check=False, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        listed = None
    if listed is not None and listed.strip():
        return Finding(part=part, verdict=Verdict.GOOD, zh="有中文字体", en="Chinese fonts found")
    if not has_screens:
        return Finding(
            part=part, verdict=Verdict.GOOD, zh="不管屏幕，不用字体", en="no screens, none needed"
        )
    if listed is None:
        return Finding(
            part=part,
            verdict=Verdict.WARNING,
            zh="没有 fc-list，看不到有哪些字体：请安装 fontconfig 和 fonts-noto-cjk",
            en="no fc-list to tell which fonts there are: install fontconfig and fonts-noto-cjk",
        )
    return Finding(
        part=part,
        verdict=Verdict.WARNING,
        zh="没有中文字体，屏幕上会是方框：请安装 fonts-noto-cjk",
        en="no Chinese font, screens would show boxes: install fonts-noto-cjk",
    )


async def _network(options: argparse.Namespace, setup: Setup, token: str) -> AsyncIterator[Finding]:
    parts = urlsplit(options.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(ANSWER_MAX_S):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()
    except (OSError, TimeoutError) as error:
        yield Finding(
            part="network",
            verdict=Verdict.BAD,
            zh=f"连不上 {host}:{port}（{_why(error, '无应答')}）：请检查网线、地址和服务器",
            en=f"no way to {host}:{port} ({_why(error, 'no answer')}): check cable, address and"
            " server",
        )
        return
    if not token:
        yield Finding(
            part="network",
            verdict=Verdict.BAD,
            zh=f"没有凭据：请设置环境变量 {options.token_env}",
            en=f"no token: set the environment variable {options.token_env}",
        )
        return
    async with Client(options.url, options.hall, token=token, name="doctor") as client:
        try:
            await client.connected(ANSWER_MAX_S)
        except (RejectedError, UnansweredError) as error:
            yield Finding(
                part="network",
                verdict=Verdict.BAD,
                zh=f"服务器不接受（{error}）：请检查大厅编号和设备凭据",
                en=f"the hub refuses ({error}): check the hall's id and the device's token",
            )
            return
        yield Finding(
            part="network", verdict=Verdict.GOOD, zh=f"已连接 {host}", en=f"connected to {host}"
        )
        yield _clock((client.server_now() - datetime.now(UTC)).total_seconds())
        for zone in setup.zones:
            yield await _zone(client, zone.zone_id)


def _why(error: OSError, silent: str) -> str:
    """What the system says of it, without numbers and addresses."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error) or silent


def _clock(ahead_s: float) -> Finding:
    if abs(ahead_s) <= CLOCK_MAX_S:
        return Finding(part="clock", verdict=Verdict.GOOD, zh="时间一致", en="agrees with the hub")
    return Finding(
        part="clock",
        verdict=Verdict.WARNING,
        zh=f"本机与服务器相差 {abs(ahead_s):.0f} 秒：请打开网络校时（安静时段按本机时间）",
        en=f"{abs(ahead_s):.0f} s off the hub's: switch network time on",
    )


async def _zone(client: Client, zone_id: str) -> Finding:
    part = f"zone {zone_id}"
    try:
        async with asyncio.timeout(ANSWER_MAX_S):
            async for show in client.watch(f"voice:{zone_id}"):
                if isinstance(show.view, VoiceView):
                    break
    except (RejectedError, TimeoutError) as error:
        return Finding(
            part=part,
            verdict=Verdict.BAD,
            zh=f"看不到这个分厅的呼叫（{error or '无应答'}）：请检查分厅编号和设备权限",
            en=f"its calls are not shown ({error or 'no answer'}): check the zone's id, and that"
            " this device may speak for it",
        )
    return Finding(part=part, verdict=Verdict.GOOD, zh="能收到呼叫", en="calls are shown")


def _led(device: str, address: int, baud: int) -> Finding:
    try:
        open_port(device, baud).write(frame(address, "LED 测试 TEST 8"))
    except OSError as error:
        return Finding(
            part="led",
            verdict=Verdict.BAD,
            zh=f"{error}：请检查串口线，并把用户加入 dialout 组",
            en=f"{error}: check the cable, and put the user into the group dialout",
        )
    return Finding(
        part="led",
        verdict=Verdict.GOOD,
        zh=f"{device} 地址 {address} 应显示“LED 测试 TEST 8”",
        en=f"{device}, address {address}, should show “LED 测试 TEST 8”",
    )


def _recordings(folder: Path, found: Recordings) -> Finding:
    if found.faults:
        return Finding(
            part="recordings",
            verdict=Verdict.BAD,
            zh=f"有文件不能用：{'；'.join(found.faults[:SAMPLES_MAX])}",
            en=f"some files cannot be used: {'; '.join(found.faults[:SAMPLES_MAX])}",
        )
    missing = ", ".join(found.missing[:SAMPLES_MAX])
    if found.missing:
        return Finding(
            part="recordings",
            verdict=Verdict.WARNING,
            zh=f"{folder} 还缺 {len(found.missing)} 个词（{missing} …），那些句子用别的声音",
            en=f"{folder} lacks {len(found.missing)} words ({missing} …): sentences with them are"
            " left to another voice",
        )
    return Finding(
        part="recordings",
        verdict=Verdict.GOOD,
        zh=f"{len(found.names)} 个录音齐全",
        en=f"all {len(found.names)} recordings are there",
    )


async def _edge(edge: Edge) -> Finding:
    kept = sum(
        edge.cached(phrase) is not None for tempo in Tempo for phrase in clips.all_phrases(tempo)
    )
    total = len(clips.all_phrases(Tempo.NORMAL)) * len(Tempo)
    try:
        await edge.fetched(clips.phrase_of("qing", Tempo.NORMAL))
    except VoiceError as error:
        return Finding(
            part="voice",
            verdict=Verdict.WARNING,
            zh=f"在线语音连不上（{error}），已存 {kept}/{total} 个词；没有外网时用合成音",
            en=f"no network voice ({error}); {kept} of {total} words are kept; without the"
            " internet the synthetic voice speaks",
        )
    return Finding(
        part="voice",
        verdict=Verdict.GOOD,
        zh=f"在线语音可用，已存 {kept}/{total} 个词",
        en=f"network voice answers; {kept} of {total} words are kept",
    )


async def _espeak(espeak: Espeak) -> Finding:
    try:
        await espeak.say(clips.phrase_of("qing", Tempo.NORMAL))
    except VoiceError as error:
        return Finding(
            part="voice",
            verdict=Verdict.BAD,
            zh=f"合成音不能用（{error}）：请重新安装程序",
            en=f"no synthetic voice ({error}): install the program anew",
        )
    return Finding(part="voice", verdict=Verdict.GOOD, zh="合成音可用", en="synthetic voice speaks")


async def _sound(
    options: argparse.Namespace, setup: Setup, voices: Voices, chime: bytes
) -> AsyncIterator[Finding]:
    """Speaks a test call through each device."""
    for name, loudspeaker in loudspeakers_of(setup, options).items():
        zones = ", ".join(zone.zone_id for zone in setup.zones if zone.device == name)
        part = f"sound {zones}"
        await loudspeaker.open()
        try:
            if loudspeaker.state is SpeakerState.SILENT:
                advice = _advice(name)
                yield Finding(
                    part=part,
                    verdict=Verdict.BAD,
                    zh=f"没有声音：{advice[0]}；现有设备：{_devices() or '无'}"
                    f"（{loudspeaker.detail}）",
                    en=f"no sound: {advice[1]}; devices: {_devices() or 'none'}"
                    f" ({loudspeaker.detail})",
                )
                continue
            zh, en = chinese("A001", 1), english("A001", 1)
            said = [await voices.render(words, Tempo.NORMAL) for words in (zh, en)]
            sounds = pcm.joined([chime, *(part.sound for part in said)], 0.4)
            await loudspeaker.play(pcm.scaled(sounds, setup.hours.volumes[-1][1]))
            yield Finding(
                part=part,
                verdict=Verdict.GOOD,
                zh=f"已用 {loudspeaker.detail} 播报“{zh.text}”（{said[0].voice}）；听不到请调大",
                en=f"spoken through {loudspeaker.detail}: “{en.text}” ({said[1].voice}); if you"
                " heard nothing, turn the volume up",
            )
        except (SoundError, VoiceError) as error:
            yield Finding(
                part=part,
                verdict=Verdict.BAD,
                zh=f"播报失败（{error}）",
                en=f"the test call failed ({error})",
            )
        finally:
            await loudspeaker.close()


def _devices() -> str:
    found = []
    for backend in (Backend.PULSEAUDIO, Backend.ALSA):
        try:
            found += [name for name in names_of(backend) if name]
        except MiniaudioError:
            continue
    return ", ".join(found)


def _advice(wanted: str) -> tuple[str, str]:
    """What to look at first where nothing sounds, in both languages."""
    nodes = list(Path("/dev/snd").glob("pcm*p"))
    if not nodes:
        return (
            "本机没有声卡，请插上声卡或 USB 音箱，或在系统设置里启用",
            "this machine has no sound card; plug one in, or enable it in the system's settings",
        )
    if not all(os.access(node, os.R_OK | os.W_OK) for node in nodes):
        return (
            "没有使用声卡的权限，请执行 sudo usermod -aG audio $USER 并重新登录",
            "this user may not use the sound card; sudo usermod -aG audio $USER, and sign in anew",
        )
    if wanted and wanted.lower() not in (_devices() or "").lower():
        return (
            f"没有叫“{wanted}”的设备，请检查连线，或在 --zone 里改用下列名称之一",
            f"no device is called {wanted!r}; check its cable, or name one of these in --zone",
        )
    return "请检查音箱的电源和连线", "check the loudspeaker's power and cable"
