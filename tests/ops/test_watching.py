"""The dashboard and the alert rules ask for figures that a hall really tells."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from tests.hall import HALL_ID, ROOT, figure, running_hall, until
from tests.ops.promql import Series, faults, labels_of, series_in, templates_of
from tests.web.test_sockets import BEARER, ask, opened

DASHBOARD: dict[str, Any] = json.loads((ROOT / "ops/grafana/yizhan.json").read_text("utf-8"))
RULES: dict[str, Any] = yaml.safe_load((ROOT / "ops/prometheus/alerts.yml").read_text("utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "ops/prometheus/prometheus.yml").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
COLUMNS = 24
LIMIT_S = 20.0


@pytest.fixture(scope="module")
async def series() -> Series:
    """What a hall tells in which commands were done and refused, and an alert stands."""
    with running_hall() as hall:
        take = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous", "kiosk_id": "K1"}
        done = hall.do("watched-take", take).json["result"]
        report = {"type": "report_printed", "job_id": f"{done['ticket_id']}-1"}
        hall.do("watched-report", report | {"outcome": "failed", "detail": "no paper"})
        hall.do(
            "watched-refused", {"type": "recall", "counter_id": "W01"}, Cookie=hall.cookie("w01")
        )
        until(lambda: "yizhan_hall_alerts{" in hall.figures("web1"), LIMIT_S)
        archived = f'yizhan_recorder_seq{{hall="{HALL_ID}"}}'
        until(lambda: figure(hall.figures("recorder"), archived) > 1, LIMIT_S)
        async with opened(hall, BEARER) as socket:
            await ask(socket, {"type": "watch", "topic": "queues"})
            return series_in([hall.figures("web1"), hall.figures("recorder")])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_panel_asks_for_what_is_told(panel: dict[str, Any], series: Series) -> None:
    assert panel["targets"]
    for target in panel["targets"]:
        assert faults(target["expr"], series) == []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alert_asks_for_what_is_told_and_says_what_to_do(
    alert: dict[str, Any], series: Series
) -> None:
    assert faults(alert["expr"], series) == []
    assert set(alert) == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Yizhan[A-Z]\w+", alert["alert"])
    assert promql_parser.parse_duration(alert["for"]).total_seconds() >= 30
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert set(alert["annotations"]) == {"summary", "summary_zh"}
    for words in alert["annotations"].values():
        assert len(words) > 30
        assert templates_of(words) <= labels_of(alert["expr"], series)


def test_alerts_are_named_once_and_prometheus_reads_them() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names)) >= 8
    assert CONFIG["rule_files"] == ["alerts.yml"]
    (job,) = CONFIG["scrape_configs"]
    assert job["job_name"] == "yizhan"
    assert job["file_sd_configs"][0]["files"][0].endswith("/metrics.json")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("sum(rate(yizhan_commits_total[5m])", "unclosed"),
        ("rate(yizhan_commits_total)", "expected type matrix"),
        ("yizhan_commits_total > 'a'", ""),
        ("rate(yizhan_comits_total[5m])", "nobody tells yizhan_comits_total"),
        ('yizhan_store_up{shop="redis"}', "has no label shop"),
        ("sum by (zone) (yizhan_hall_waiting)", "no series has the label zone"),
        ("yizhan_hall_seq / on (zone) yizhan_hall_waiting", "no series has the label zone"),
        ("vector(1)", "asks for nothing"),
    ],
)
def test_broken_expression_is_found(expression: str, words: str, series: Series) -> None:
    (fault, *_) = faults(expression, series)
    assert words in fault


def test_panels_fit_the_grid_and_are_named_in_both_languages() -> None:
    places = [(panel["title"], panel["gridPos"]) for panel in DASHBOARD["panels"]]
    for title, at in places:
        assert at["x"] >= 0
        assert at["x"] + at["w"] <= COLUMNS, title
    for (one, a), (other, b) in combinations(places, 2):
        is_beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        is_apart = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert is_beside or is_apart, (one, other)
    titles = [title for title, _ in places]
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert re.search(r"[\u4e00-\u9fff]", title), title
        assert re.search(r"[A-Za-z]{2}", title), title
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


def test_panels_have_units_and_the_data_source_that_is_chosen() -> None:
    for panel in PANELS:
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        assert all(target["legendFormat"] for target in panel["targets"])
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "hall"}


def test_provisioning_names_files_that_are_there() -> None:
    for path in sorted(Path(ROOT / "ops/grafana/provisioning").rglob("*.yml")):
        assert yaml.safe_load(path.read_text("utf-8"))["apiVersion"] == 1
