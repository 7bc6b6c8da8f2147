import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from backend.catalogue.guide import Catalogue
from backend.cli.look_up import LookUpError, add_commands
from backend.demo.catalogue import demo_catalogue
from backend.search.index import HITS_MAX, Index
from backend.search.query import SYLLABLE_TRUST
from backend.settings import read_settings
from tests.bench_search.__main__ import HERE
from tests.bench_search.data import FormError, large, read_file
from tests.bench_search.measure import reciprocal_ranks

INDEX = Index(demo_catalogue())


def first(query: str) -> str | None:
    hits = INDEX.find(query)
    return hits[0].item_id if hits else None


@pytest.mark.parametrize(
    ("query", "service_id"),
    [
        ("住房公积金购房提取", "GA-03"),
        ("zfgjjgftq", "GA-03"),
        ("gongjijin goufang", "GA-03"),
        ("職稱證書補辦", "HR-04"),
        ("助学代款", "UG-07"),
        ("ｖｐｎ", "LI-03"),
        ("medical reimbursment", "HO-01"),
        ("Patnet", "ST-04"),
        ("huiyisi", "PO-04"),
    ],
)
def test_words_sounds_initials_and_slips_find_the_service(query: str, service_id: str) -> None:
    assert first(query) == service_id


def test_initials_of_the_housing_fund_find_all_its_services() -> None:
    found = {hit.item_id for hit in INDEX.find("zfgjj")[:4]}
    assert found >= {"GA-03", "GA-04"}


@pytest.mark.parametrize("query", ["", "   ", "怎么办", "how do I", "？！", "\u202e", "量子纠缠"])
def test_what_is_about_nothing_finds_nothing(query: str) -> None:
    assert INDEX.find(query) == []


def test_hidden_characters_change_nothing() -> None:
    assert INDEX.find("校\u200b园\u202e卡") == INDEX.find("校园卡")


@pytest.mark.parametrize("query", ["校园卡" * 4000, "a" * 10_000, "x y " * 3000, "\0" * 500])
def test_endless_query_is_answered_from_its_beginning(query: str) -> None:
    assert len(INDEX.find(query)) <= HITS_MAX


def test_best_hit_is_first_and_scores_are_shares() -> None:
    scores = [hit.score for hit in INDEX.find("成绩单")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_question_of_the_hall_is_found() -> None:
    assert first("大厅几点下班") == "hall-1"


def test_empty_catalogue_finds_nothing() -> None:
    assert Index(Catalogue(guides=())).find("校园卡") == []


@pytest.mark.parametrize("name", ["queries.txt", "queries_held.txt"])
def test_queries_that_chose_nothing_find_their_service_first(name: str) -> None:
    ranks = reciprocal_ranks(INDEX, read_file(HERE / name))
    assert len(ranks) >= 130
    assert sum(ranks) / len(ranks) >= 0.95


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "text_empty"),
        (" \t", "text_empty"),
        ("校" * 10_000, "text_too_long"),
        ("a\x07", "text_control"),
    ],
)
def test_text_that_cannot_be_looked_up_is_refused_in_words(text: str, word: str) -> None:
    with pytest.raises(LookUpError, match=word):
        _run("search", text)


@pytest.mark.parametrize("question", ["", "校" * 10_000, "a\x07"])
def test_question_that_cannot_be_taken_is_declined_as_json(
    question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("ask", question) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["is_known"], answer["confidence"], answer["sources"]) == (False, 0, [])
    assert "1000" in answer["answer"]


def _run(command: str, text: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(dest="command"))
    arguments = parser.parse_args([command, text])
    return int(arguments.work(arguments, read_settings({"YIZHAN_HOME": "/nowhere"})))


@pytest.mark.parametrize("number", ["HR-04", "hr 04", "hr04", "ＨＲ－０４", "办 HR-04"])
def test_number_finds_its_service_first(number: str) -> None:
    found = [hit.item_id for hit in INDEX.find(number)]
    assert (found[0], found.count("HR-04")) == ("HR-04", 1)


@pytest.mark.parametrize("number", ["HR", "04", "-"])
def test_half_a_number_names_no_service(number: str) -> None:
    assert all(hit.score < 1 for hit in INDEX.find(number))


def test_where_no_hall_runs_the_demo_is_looked_into_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run("search", "hr 04") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)[0]["item_id"] == "HR-04"
    assert "the demo's catalogue" in told.err


def test_database_that_is_away_leaves_the_demo_and_that_is_said() -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    told = _process("search", "hr 04", DATABASE_URL=away)
    assert json.loads(told.stdout)[0]["item_id"] == "HR-04"
    assert "cannot be read" in told.stderr


def test_reader_that_has_enough_ends_it_without_a_trace() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        told = _process("search", "校园卡", stdout=nobody)
    assert told.returncode == 141
    assert "Traceback" not in told.stderr
    assert "BrokenPipe" not in told.stderr


def _process(
    *words: str, stdout: int | IO[bytes] = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend", *words],
        env={"PATH": os.environ["PATH"], "YIZHAN_HOME": "/nowhere", **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


def test_variations_of_a_service_are_told_apart() -> None:
    catalogue = large(demo_catalogue(), services=100)
    index = Index(catalogue)
    for guide in catalogue.guides[::10]:
        assert index.find(guide.name.zh)[0].item_id == guide.service_id


def test_line_without_an_arrow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "queries.txt"
    path.write_text("校园卡 CC-01\n", encoding="utf-8")
    with pytest.raises(FormError, match=r"queries\.txt:1"):
        read_file(path)


@pytest.mark.parametrize(
    ("query", "names"),
    [("ka", {"CC-01", "CC-02", "FN-04"}), ("zhu", {"UG-07", "GS-07"}), ("lü", {"LI-04"})],
)
def test_short_syllable_alone_finds_the_names_that_have_it(query: str, names: set[str]) -> None:
    assert {hit.item_id for hit in INDEX.find(query)} >= names


def test_what_fits_better_stands_before_names_with_the_syllable() -> None:
    found = INDEX.find("ke")
    assert found[0].item_id == "FN-06"  # it is asked for in just these letters
    assert found[0].score > found[1].score
    assert all(hit.score <= SYLLABLE_TRUST for hit in found[1:])


def test_syllable_beside_other_words_changes_nothing_of_what_they_find() -> None:
    assert first("ka diu le") == "CC-01"
    assert [hit.item_id for hit in INDEX.find("sha xyzzy")] == []
