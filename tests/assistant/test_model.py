"""A hall's language model: what it is sent, what is believed, and that nobody depends on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.assistant import model as adapter
from backend.assistant.model import ANSWER, AT_ONCE, BODY_MAX, ChatModel, ModelError
from backend.settings import ModelSettings, SettingsError, read_settings
from tests.support.language_model import KEY, ModelServer, completion, running_model

QUESTION = "我叫小李，手机13800138000，学生证丢了怎么补办？"
TEXT = "学生证补办：登记挂失，5 个工作日后到二号厅领取。"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_model() as found:
        yield found


@pytest.fixture
async def model(server: ModelServer) -> AsyncIterator[ChatModel]:
    found = ChatModel(server.url, "small", KEY, timeout_s=20)
    yield found
    await found.aclose()


async def test_model_words_the_text_for_the_question__CN8(
    server: ModelServer, model: ChatModel
) -> None:
    server.answer = 200, completion("先登记挂失，5 个工作日后来二号厅领。")
    assert await model.word(QUESTION, TEXT, "zh") == "先登记挂失，5 个工作日后来二号厅领。"
    [(proof, sent)] = server.asked
    assert proof == f"Bearer {KEY}"
    assert sent["model"] == "small"
    order, question = sent["messages"]
    assert order["content"].endswith(TEXT)
    assert question == {"role": "user", "content": "我叫小李，手机***，学生证丢了怎么补办？"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("<think>5 天还是 6 天？</think>\n\n5 个工作日。", "5 个工作日。"),
        ("1. 登记挂失\n2. 到二号厅领取", "1. 登记挂失\n2. 到二号厅领取"),
        ("  学生证\t补办  ", "学生证 补办"),
        ("<b>登记</b>", "<b>登记</b>"),
    ],
)
async def test_words_come_tidy_and_as_they_are_meant__CN8(
    server: ModelServer, model: ChatModel, said: str, words: str
) -> None:
    server.answer = 200, completion(said)
    assert await model.word(QUESTION, TEXT, "zh") == words


@pytest.mark.parametrize(
    "said",
    [
        "",
        "<think>没想好</think>",
        "字" * (ANSWER.chars + 1),
        "一\n" * (ANSWER.lines + 1),
        "去 https://example.com 看",
        "请\u202e看",
        "登\u200b记",
        "登记\x07",
        "3 个工作日",
        "三个工作日",
        "到八号厅领取",
        "请打 0571-87950000",
    ],
)
async def test_words_that_the_guide_cannot_have_are_not_believed__CN8(
    server: ModelServer, model: ChatModel, said: str
) -> None:
    server.answer = 200, completion(said)
    with pytest.raises(ModelError):
        await model.word(QUESTION, TEXT, "zh")


@pytest.mark.parametrize(
    "answer",
    [
        (500, completion("登记挂失。")),
        (401, b'{"error": "no"}'),
        (302, b""),
        (200, b"<html>"),
        (200, b"\xff\xfe"),
        (200, b'{"choices": []}'),
        (200, b'{"choices": [{"message": {"content": null}}]}'),
        (200, b" " * (BODY_MAX + 1)),
    ],
)
async def test_answer_that_is_none_is_told_without_what_was_said__CN8(
    server: ModelServer, model: ChatModel, answer: tuple[int, bytes]
) -> None:
    server.answer = answer
    with pytest.raises(ModelError) as told:
        await model.word(QUESTION, TEXT, "zh")
    assert len(server.asked) == 1  # no redirection is followed
    assert not any(word in str(told.value) for word in (KEY, "小李", "登记", server.url))


async def test_model_that_is_slow_is_left_alone_for_a_while__CN8(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.goes_on.clear()
    server.answer = 200, completion("登记挂失。")
    slow = ChatModel(server.url, "small", timeout_s=0.2)
    with pytest.raises(ModelError, match="no answer within"):
        await slow.word(QUESTION, TEXT, "zh")
    server.goes_on.set()
    assert await slow.word(QUESTION, TEXT, "zh") is None
    await slow.aclose()
    patient = ChatModel(server.url, "small", timeout_s=20)
    monkeypatch.setattr(adapter, "REST_S", 0.0)
    assert await patient.word(QUESTION, TEXT, "zh") == "登记挂失。"
    await patient.aclose()


async def test_only_so_many_wait_for_the_model_at_once__CN8(
    server: ModelServer, model: ChatModel
) -> None:
    server.goes_on.clear()
    server.answer = 200, completion("登记挂失。")
    waiting = [asyncio.create_task(model.word(QUESTION, TEXT, "zh")) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)  # each is on its way
    assert await model.word(QUESTION, TEXT, "zh") is None
    server.goes_on.set()
    assert await asyncio.gather(*waiting) == ["登记挂失。"] * AT_ONCE


async def test_where_no_model_listens_that_is_told__CN8(server: ModelServer) -> None:
    gone = ChatModel("http://127.0.0.1:1/v1/chat/completions", "small", timeout_s=20)
    with pytest.raises(ModelError, match="ConnectError"):
        await gone.word(QUESTION, TEXT, "zh")
    await gone.aclose()


def test_model_is_off_unless_it_is_named() -> None:
    assert read_settings({"MODEL_NAME": "small"}).model is None


def test_model_is_asked_as_it_is_set(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    found = read_settings(
        {
            "MODEL_URL": "https://models.example.edu/v1/chat/completions",
            "MODEL_NAME": "small",
            "MODEL_KEY_FILE": str(tmp_path / "key"),
            "MODEL_TIMEOUT": "5",
        }
    )
    assert found.model == ModelSettings(
        url="https://models.example.edu/v1/chat/completions", name="small", key=KEY, timeout_s=5
    )


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"MODEL_NAME": ""}, "needs MODEL_NAME"),
        ({"MODEL_URL": "http://models.example.edu/v1"}, "https://"),
        ({"MODEL_KEY_FILE": "/nowhere"}, "No such file"),
        ({"MODEL_TIMEOUT": "0"}, "MODEL_TIMEOUT"),
        ({"MODEL_TIMEOUT": "31"}, "MODEL_TIMEOUT"),
    ],
)
def test_model_that_cannot_be_asked_is_refused_at_the_start(
    wrong: dict[str, str], word: str
) -> None:
    named = {"MODEL_URL": "https://models.example.edu/v1", "MODEL_NAME": "small"}
    with pytest.raises(SettingsError, match=word):
        read_settings(named | wrong)


def test_key_that_cannot_be_sent_is_refused_without_being_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("first\nsecond")
    named = {"MODEL_URL": "https://models.example.edu/v1", "MODEL_NAME": "small"}
    with pytest.raises(SettingsError) as told:
        read_settings(named | {"MODEL_KEY_FILE": str(tmp_path / "key")})
    assert "first" not in str(told.value)
