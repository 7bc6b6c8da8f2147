"""What Prometheus is told, by each process, and by whom else it cannot be read."""

import os
import re
import signal

from tests.hall import HALL_ID, Hall, figure, running_hall, until
from tests.support.still import standing_still
from tests.web.test_sockets import BEARER, ask, opened

WATCH = {"type": "watch", "topic": "queues"}
TAKE = {"type": "take_ticket", "queue_id": "H", "channel": "anonymous"}
LIMIT_S = 15.0


def told(hall: Hall, series: str, process: str = "web1") -> float:
    return figure(hall.figures(process), series)


async def test_command_and_what_it_set_off_are_counted_and_timed(hall: Hall) -> None:
    laps = 'yizhan_fanout_seconds_count{haste="phones"}'
    answers = 'yizhan_command_seconds_count{command="take_ticket",outcome="done"}'
    async with opened(hall, BEARER) as socket:
        await ask(socket, WATCH)
        assert (await ask(socket, {"type": "do", "id": "figures-1", "command": TAKE}))["seq"]
        before, text = hall.figures("web1"), ""
        assert figure(before, 'yizhan_sockets{role="device"}') >= 1
        assert figure(before, 'yizhan_topics_watched{haste="phones"}') >= 1
        await ask(socket, {"type": "do", "id": "figures-2", "command": TAKE})

        def is_shown() -> bool:
            nonlocal text
            text = hall.figures("web1")
            return grown("yizhan_frames_total") >= 1 <= grown(laps)  # not told at one instant

        def grown(series: str) -> float:
            return figure(text, series) - figure(before, series)

        until(is_shown, LIMIT_S)
    assert grown(answers) == 1
    assert grown("yizhan_commits_total") >= 1
    assert grown("yizhan_append_seconds_count") >= 1
    assert grown("yizhan_append_commits_sum") >= 1
    assert grown("yizhan_frame_bytes_total") > 100
    assert grown("yizhan_views_computed_total") >= grown("yizhan_views_changed_total") >= 1
    assert grown(f'yizhan_hall_tickets{{hall="{HALL_ID}"}}') == 1
    assert figure(text, f'yizhan_hall_waiting{{hall="{HALL_ID}"}}') >= 2
    assert figure(text, f'yizhan_hall_open{{hall="{HALL_ID}"}}') == 1
    assert figure(text, "yizhan_commands_waiting") == 0


def test_refusal_is_counted_apart(hall: Hall) -> None:
    series = 'yizhan_command_seconds_count{command="recall",outcome="refused"}'
    hall.do("figures-3", {"type": "recall", "counter_id": "W09"}, Cookie=hall.cookie("w09"))
    before = told(hall, series)
    hall.do("figures-4", {"type": "recall", "counter_id": "W09"}, Cookie=hall.cookie("w09"))
    assert told(hall, series) == before + 1


def test_recorder_tells_how_far_it_is_and_that_the_stores_answer(hall: Hall) -> None:
    hall.do("figures-5", TAKE)
    of_hall = f'{{hall="{HALL_ID}"}}'
    seq = told(hall, f"yizhan_hall_seq{of_hall}")
    until(lambda: told(hall, f"yizhan_recorder_seq{of_hall}", "recorder") >= seq, LIMIT_S)
    text = hall.figures("recorder")
    assert figure(text, f"yizhan_recorder_level_timestamp_seconds{of_hall}") > 1.7e9
    assert figure(text, "yizhan_archive_write_seconds_count") >= 1
    for process in ("recorder", "web1"):
        assert told(hall, 'yizhan_store_up{store="redis"}', process) == 1
        assert told(hall, 'yizhan_store_up{store="postgres"}', process) == 1
        assert told(hall, "yizhan_redis_writes", process) == 1
        assert told(hall, "process_resident_memory_bytes", process) > 1e7


def test_port_of_the_hall_tells_figures_to_its_own_machine_only(hall: Hall) -> None:
    reply = hall.ask("GET", "/metrics")
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/plain; version=")
    assert figure(reply.body.decode(), f'yizhan_hall_open{{hall="{HALL_ID}"}}') == 1
    for proxied in (
        {"X-Forwarded-For": "10.0.0.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=10.0.0.7"},
        {"Via": "1.1 proxy"},
    ):
        assert hall.ask("GET", "/metrics", **proxied).status == 404


def test_figures_have_only_labels_that_are_bounded(hall: Hall) -> None:
    """Else Prometheus would keep a series for every visitor."""
    hall.do("figures-6", TAKE)
    text = hall.figures("web1") + hall.figures("recorder")
    ours = "\n".join(line for line in text.splitlines() if line.startswith("yizhan_"))
    labels = set(re.findall(r'[{,](\w+)="', ours))
    assert labels == {"role", "command", "outcome", "haste", "hall", "store", "le"}


def test_process_that_starts_again_tells_its_figures_where_it_did() -> None:
    with running_hall(workers=2) as hall:
        of_hall = f'{{hall="{HALL_ID}"}}'
        hall.do("figures-7", TAKE)

        def is_everywhere() -> bool:
            series = f"yizhan_hall_seq{of_hall}"
            return all(told(hall, series, process) >= 2 for process in ("web1", "web2"))

        until(is_everywhere, LIMIT_S)
        os.kill(hall.pid("recorder"), signal.SIGKILL)
        until(lambda: told(hall, f"yizhan_recorder_seq{of_hall}", "recorder") >= 2, LIMIT_S)


def test_store_that_stands_still_is_told_and_the_figures_go_on(hall: Hall) -> None:
    with standing_still(hall.pid("postgres")):
        for process in ("web1", "recorder"):
            text = hall.figures(process)
            assert figure(text, 'yizhan_store_up{store="postgres"}') == 0
            assert figure(text, 'yizhan_store_up{store="redis"}') == 1
        level = f'yizhan_recorder_level_timestamp_seconds{{hall="{HALL_ID}"}}'
        hall.do("figures-8", TAKE)
        before = told(hall, level, "recorder")
        seq = told(hall, f'yizhan_hall_seq{{hall="{HALL_ID}"}}')
        assert told(hall, f'yizhan_recorder_seq{{hall="{HALL_ID}"}}', "recorder") < seq
    until(lambda: told(hall, level, "recorder") > before, LIMIT_S * 2)
    until(lambda: told(hall, 'yizhan_store_up{store="postgres"}') == 1, LIMIT_S)
