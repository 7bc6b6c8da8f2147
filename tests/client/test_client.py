"""The client against a real WebSocket server that speaks the wire."""

import asyncio
import time
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from backend.client import Client, Pace, RejectedError, UnansweredError
from backend.client.client import socket_url
from backend.core.commands import CallNext, ReportSpoken, TakeTicket
from backend.core.errors import RefusalCode
from backend.core.ids import Channel, SpeechOutcome
from backend.wire.close_codes import CLOSE_RULES, CloseCode
from backend.wire.messages import Done, ErrorCode, Fault, Refused
from tests.client.wire_hub import WireHub, done, ids, voice_show, wire_hub

FAST = Pace(
    ping_s=0.05, silence_max_s=0.2, backoff_first_s=0.02, backoff_max_s=0.1, repeat_share=0.05
)
CALL = CallNext(counter_id="W01")


def client_of(hub: WireHub, pace: Pace = FAST) -> Client:
    return Client(hub.url, "main", token="t0ken", name="test 1", pace=pace)


async def test_command_is_answered() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        answer = await client.do(CALL)
        assert isinstance(answer, Done)
        assert hub.dos[0].command == CALL
        assert hub.paths == ["/ws/main"]
        assert hub.headers[0]["authorization"] == "Bearer t0ken"


async def test_cookie_is_sent_with_origin() -> None:
    async with wire_hub() as hub, Client(hub.url, "main", cookie="session=abc") as client:
        await client.connected(5)
        assert hub.headers[0]["cookie"] == "session=abc"
        assert hub.headers[0]["origin"] == hub.url


async def test_refusal_and_fault_are_answers() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.rule = lambda do: Refused(id=do.id, code=RefusalCode.QUEUE_EMPTY)
        refused = await client.do(CALL)
        assert isinstance(refused, Refused)
        assert refused.code is RefusalCode.QUEUE_EMPTY
        hub.rule = lambda do: Fault(code=ErrorCode.FORBIDDEN, detail="", id=do.id, topic=None)
        fault = await client.do(CALL)
        assert isinstance(fault, Fault)
        assert fault.code is ErrorCode.FORBIDDEN


async def test_lost_answer_is_asked_again_with_same_id__I7() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.rule = lambda do: None
        asking = asyncio.create_task(client.do(CALL))
        await hub.until(lambda: len(hub.dos) == 1)
        await hub.drop()
        await hub.until(lambda: len(hub.dos) == 2)
        await hub.drop(CloseCode.RESTARTING)
        hub.rule = done
        answer = await asking
        assert isinstance(answer, Done)
        assert len(set(ids(hub))) == 1
        assert len(hub.dos) == 3


async def test_command_given_before_hub_is_up_is_carried_out__I7() -> None:
    hub = WireHub()
    server = await hub.start()
    server.close()
    await server.wait_closed()
    async with client_of(hub) as client:
        asking = asyncio.create_task(client.do(CALL, id="mine.1"))
        await asyncio.sleep(0.1)
        assert not client.is_connected
        server = await hub.start(hub.port)
        answer = await asking
        assert isinstance(answer, Done)
        assert ids(hub) == ["mine.1"]
    server.close()
    await server.wait_closed()


async def test_unavailable_store_is_asked_again_with_same_id__I7() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        unavailable = iter([True, True, False])
        hub.rule = lambda do: (
            Fault(code=ErrorCode.UNAVAILABLE, detail="", id=do.id, topic=None)
            if next(unavailable)
            else done(do)
        )
        assert isinstance(await client.do(CALL), Done)
        assert len(hub.dos) == 3
        assert len(set(ids(hub))) == 1
        hub.rule = lambda do: Fault(code=ErrorCode.UNAVAILABLE, detail="", id=do.id, topic=None)
        assert isinstance(await client.do(CALL, timeout_s=0.12), Fault)


async def test_unanswered_command_raises_in_time__I20() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.rule = lambda do: None
        begin_s = time.monotonic()
        with pytest.raises(UnansweredError):
            await client.do(CALL, timeout_s=0.2)
        assert time.monotonic() - begin_s < 1
        await hub.drop()
        await hub.until(lambda: len(hub.headers) == 2)
        await client.connected(5)
        assert len(hub.dos) == 1, "a given-up command is not repeated"


async def test_hundreds_of_commands_at_once_get_their_own_answers__I7() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        numbers: dict[str, int] = {}

        def count(do: object) -> Done:
            message = hub.dos[-1]
            numbers[message.id] = len(numbers)
            return done(message, seq=numbers[message.id])

        hub.rule = count
        commands = [TakeTicket(channel=Channel.ANONYMOUS, queue_id="A") for _ in range(500)]
        asked = [f"c{n}" for n in range(500)]
        answers = await asyncio.gather(*map(client.do, commands, asked))
        for command_id, answer in zip(asked, answers, strict=True):
            assert isinstance(answer, Done)
            assert answer.id == command_id
            assert answer.seq == numbers[command_id]


async def test_same_id_twice_at_once_gets_one_answer__I7() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        await client.connected(5)
        first, second = await asyncio.gather(client.do(CALL, id="x"), client.do(CALL, id="x"))
        assert first == second
        assert ids(hub) == ["x", "x"]


async def test_too_long_command_is_not_sent() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        command = ReportSpoken(call_id="c", outcome=SpeechOutcome.SPOKEN, detail="x" * 20_000)
        with pytest.raises(ValueError, match="over the limit"):
            await client.do(command)


async def test_watch_shows_newest_only__I10() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(1)
        async with aclosing(client.watch("voice:Z1")) as shows:
            assert (await anext(shows)).seq == 1
            for seq in range(2, 50):
                await hub.show(voice_show(seq))
            await client.do(CALL)  # its answer comes after the shows
            assert (await anext(shows)).seq == 49


async def test_smaller_seq_is_ignored__I10() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(7)
        async with aclosing(client.watch("voice:Z1")) as shows:
            assert (await anext(shows)).seq == 7
            await hub.show(voice_show(5))
            await client.do(CALL)
            await hub.show(voice_show(8))
            assert (await anext(shows)).seq == 8


async def test_new_epoch_begins_anew__I10() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(7)
        async with aclosing(client.watch("voice:Z1")) as shows:
            await anext(shows)
            await hub.show(voice_show(1, epoch="e2"))
            show = await anext(shows)
            assert (show.epoch, show.seq) == ("e2", 1)


async def test_watch_goes_on_after_reconnect__I10() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(1)
        async with aclosing(client.watch("voice:Z1")) as shows:
            await anext(shows)
            await hub.drop()
            hub.shows["voice:Z1"] = voice_show(2)
            assert (await anext(shows)).seq == 2
            assert hub.watches == ["voice:Z1", "voice:Z1"]


async def test_same_view_is_not_shown_twice() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(1)
        async with aclosing(client.watch("voice:Z1")) as shows:
            await anext(shows)
            await hub.drop()
            await hub.until(lambda: len(hub.watches) == 2)
            await client.connected(5)
            await hub.show(voice_show(2))
            assert (await anext(shows)).seq == 2


async def test_two_watchers_share_one_watch_and_last_one_ends_it() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = voice_show(1)
        async with aclosing(client.watch("voice:Z1")) as one:
            await anext(one)
            async with aclosing(client.watch("voice:Z1")) as two:
                await anext(two)
                await hub.show(voice_show(2))
                assert (await anext(one)).seq == (await anext(two)).seq == 2
            assert hub.unwatches == []
        await hub.until(lambda: hub.unwatches == ["voice:Z1"])
        assert hub.watches == ["voice:Z1"]


async def test_denied_topic_raises_to_its_watcher_only() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z9"] = Fault(
            code=ErrorCode.UNKNOWN_TOPIC, detail="no such zone", id=None, topic="voice:Z9"
        )
        with pytest.raises(RejectedError, match="no such zone") as caught:
            await anext(client.watch("voice:Z9"))
        assert caught.value.code is ErrorCode.UNKNOWN_TOPIC
        assert isinstance(await client.do(CALL), Done)


async def test_topic_unavailable_now_is_watched_again() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.shows["voice:Z1"] = Fault(
            code=ErrorCode.UNAVAILABLE, detail="", id=None, topic="voice:Z1"
        )
        async with aclosing(client.watch("voice:Z1")) as shows:
            waiting = asyncio.ensure_future(anext(shows))
            await hub.until(lambda: len(hub.watches) == 2)
            hub.shows["voice:Z1"] = voice_show(3)
            assert (await waiting).seq == 3


@pytest.mark.parametrize("code", [rule.code for rule in CLOSE_RULES if not rule.reconnect])
async def test_final_close_code_raises_and_stays_away(code: int) -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        await client.connected(5)
        hub.rule = lambda do: None
        asking = asyncio.create_task(client.do(CALL))
        watching = asyncio.ensure_future(anext(client.watch("voice:Z1")))
        await hub.until(lambda: len(hub.dos) == 1 and len(hub.watches) == 1)
        await hub.drop(code)
        for waiting in (asking, watching):
            with pytest.raises(RejectedError) as caught:
                await waiting
            assert caught.value.close_code == code
        with pytest.raises(RejectedError):
            await client.do(CALL)
        assert not client.is_connected
        assert len(hub.headers) == 1


@pytest.mark.parametrize("code", [rule.code for rule in CLOSE_RULES if rule.reconnect] + [4999])
async def test_other_close_code_reconnects(code: int) -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        await client.connected(5)
        await hub.drop(code)
        await hub.until(lambda: len(hub.headers) == 2)
        assert isinstance(await client.do(CALL), Done)


async def test_denied_handshake_raises_and_busy_proxy_does_not() -> None:
    async with wire_hub() as hub:
        hub.deny_with = 503
        async with client_of(hub) as client:
            await asyncio.sleep(0.1)
            hub.deny_with = None
            await client.connected(5)
        hub.deny_with = 401
        async with client_of(hub) as client:
            with pytest.raises(RejectedError, match="401"):
                await client.connected(5)


async def test_silent_link_is_cut_and_renewed__I10() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        await client.connected(5)
        hub.answers_pings = False
        begin_s = time.monotonic()
        await hub.until(lambda: len(hub.headers) == 2)
        assert 0.1 < time.monotonic() - begin_s < 1
        hub.answers_pings = True
        await client.connected(5)


async def test_hubs_clock_is_kept() -> None:
    async with wire_hub() as hub, client_of(hub) as client:
        hub.clock_ahead = timedelta(minutes=7)
        await client.connected(5)
        ahead = client.server_now() - datetime.now(UTC)
        assert abs(ahead - timedelta(minutes=7)) < timedelta(seconds=0.5)


async def test_no_hub_no_connection() -> None:
    async with Client("http://127.0.0.1:9", "main", pace=FAST) as client:
        with pytest.raises(UnansweredError):
            await client.connected(0.2)
        assert not client.is_connected


async def test_closing_tells_whoever_waits() -> None:
    async with wire_hub() as hub:
        hub.rule = lambda do: None
        async with client_of(hub) as client:
            asking = asyncio.create_task(client.do(CALL))
            watching = asyncio.ensure_future(anext(client.watch("voice:Z1")))
            await hub.until(lambda: len(hub.dos) == 1)
        for waiting in (asking, watching):
            with pytest.raises(UnansweredError):
                await waiting


def test_backoff_grows_with_jitter_up_to_its_limit() -> None:
    pace = Pace()
    assert max(pace.backoff_s(0) for _ in range(200)) <= 0.2
    late = [pace.backoff_s(20) for _ in range(500)]
    assert max(late) <= 5.0
    assert max(late) - min(late) > 3, "no full jitter"


def test_address_of_a_hall() -> None:
    assert socket_url("https://hall.example/x/", "main") == "wss://hall.example/x/ws/main"
    assert socket_url("http://h:1", "a/b") == "ws://h:1/ws/a%2Fb"
    with pytest.raises(ValueError, match="not an http address"):
        socket_url("ftp://h", "main")
