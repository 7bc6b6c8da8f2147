import pytest
from msgspec.structs import replace

from backend.assistant.answer import SAY_MORE, UNKNOWN, Assistant
from backend.core.ids import ServiceId, Text
from backend.demo.catalogue import demo_catalogue
from tests.bench_search.__main__ import HERE
from tests.bench_search.data import read_file
from tests.bench_search.measure import assistant_score

CATALOGUE = demo_catalogue()
ASSISTANT = Assistant(CATALOGUE)


def test_frequent_question_is_answered_in_its_words_with_its_source() -> None:
    answer = ASSISTANT.ask("学生证丢了怎么补办？")
    assert answer.is_known
    assert [source.item_id for source in answer.sources] == ["UG-02"]
    assert answer.answer == CATALOGUE.guides[21].questions[0].answer.zh


def test_english_is_answered_in_english() -> None:
    answer = ASSISTANT.ask("I forgot the password of my campus account")
    assert answer.sources[0].title == "Opening or unlocking of the campus account"
    assert answer.answer.isascii()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("校园卡补办要带什么材料", "请带：本人有效身份证件"),
        ("进口设备免税办理要几天", "20 个工作日"),
        ("公务卡办理多少钱", "不收费"),
        ("机动车入校登记在哪个窗口", "四号厅"),
        ("How long does the replacement of a student ID card take?", "5 working days"),
    ],
)
def test_part_that_was_asked_for_is_told(question: str, words: str) -> None:
    assert words in ASSISTANT.ask(question).answer


@pytest.mark.parametrize("name", ["公务卡办理", "介绍信", "體檢報告怎麼領"])
def test_bare_name_is_answered_by_its_guide(name: str) -> None:
    assert "请带：" in ASSISTANT.ask(name).answer


def test_question_of_the_hall_is_answered() -> None:
    assert "8:30" in ASSISTANT.ask("大厅几点开门，周末上班吗").answer


def test_pinyin_is_answered_in_chinese() -> None:
    assert ASSISTANT.ask("xueshengzheng buban").sources[0].title == "学生证补办"


@pytest.mark.parametrize("question", ["今天天气怎么样", "What is the capital of France?", "傻子"])
def test_what_no_guide_says_is_not_answered(question: str) -> None:
    answer = ASSISTANT.ask(question)
    assert not answer.is_known
    assert answer.confidence < answer.confidence_min
    assert answer.answer in {UNKNOWN.zh, UNKNOWN.en}


@pytest.mark.parametrize("question", ["", "？", "你好", "谢谢！", "Thanks a lot, bye", "🙂"])
def test_where_nothing_is_asked_the_question_is_asked_for(question: str) -> None:
    answer = ASSISTANT.ask(question)
    assert (answer.is_known, answer.sources, answer.near) == (False, (), ())
    assert answer.answer in {SAY_MORE.zh, SAY_MORE.en}


def test_doubtful_question_is_declined_with_what_may_be_meant() -> None:
    answer = ASSISTANT.ask("落户到集体户")
    assert not answer.is_known or answer.sources
    doubtful = ASSISTANT.ask("证书")
    assert not doubtful.is_known
    assert len(doubtful.near) > 1
    assert doubtful.sources == doubtful.near


@pytest.mark.parametrize("name", ["questions.txt", "questions_held.txt"])
def test_questions_that_chose_nothing_are_answered_right_or_declined(name: str) -> None:
    asked = read_file(HERE / name)
    found = assistant_score([(ASSISTANT.look_up(one.text), one) for one in asked])
    assert found.questions >= 150
    assert found.first_right >= 0.9
    assert found.answered_right >= 0.7
    assert found.wrong_given <= 0.03


@pytest.mark.parametrize(
    "question", ["二食堂今天有什么菜", "我的驾照到期了", "what is on the canteen menu today"]
)
def test_what_no_hall_does_is_not_answered(question: str) -> None:
    assert not ASSISTANT.ask(question).is_known


def test_hall_that_does_what_no_other_does_answers_it() -> None:
    guide = CATALOGUE.guides[0]
    name = Text(zh="驾驶证换证代办", en="Renewal of driving licences")
    added = replace(guide, service_id=ServiceId("DL-01"), name=name, questions=())
    assistant = Assistant(replace(CATALOGUE, guides=(*CATALOGUE.guides, added)))
    answer = assistant.ask("驾驶证换证怎么办")
    assert [source.item_id for source in answer.sources] == ["DL-01"]


def test_answer_does_not_depend_on_the_script() -> None:
    assert ASSISTANT.ask("請問學生證遺失怎麼補辦") == ASSISTANT.ask("请问学生证遗失怎么补办")
