import re

from backend.catalogue.parts import texts_of
from backend.demo.catalogue import demo_catalogue

CATALOGUE = demo_catalogue()


def test_every_guide_has_names_words_and_questions_in_both_languages() -> None:
    assert len(CATALOGUE.guides) == 78
    for guide in CATALOGUE.guides:
        for words in (guide.also, guide.keywords):
            assert words.zh, guide.service_id
            assert words.en, guide.service_id
            assert all(word.isascii() for word in words.en), guide.service_id
        assert len(guide.questions) >= 2, guide.service_id
        texts = [guide.name, guide.summary, *(m.name for m in guide.materials)]
        texts += [text for q in guide.questions for text in (q.asked, q.answer)]
        assert all(text.zh.strip() and text.en.strip() for text in texts), guide.service_id


def test_no_question_is_asked_twice() -> None:
    asked = [q.asked.zh for guide in CATALOGUE.guides for q in guide.questions]
    assert len(asked) == len(set(asked))


def test_every_guide_says_in_both_languages_whom_it_asks_for() -> None:
    for guide in CATALOGUE.guides:
        assert 1 <= len(guide.conditions) <= 3, guide.service_id
        for said in guide.conditions:  # the assistant puts them into one sentence
            assert said.zh, guide.service_id
            assert said.zh[-1] not in "。；", said.zh
            assert said.en, guide.service_id
            assert said.en[-1] not in ".;", said.en


def test_no_promise_is_longer_than_the_law_allows() -> None:
    limits = {
        guide.service_id: (guide.promised_working_days, guide.statutory_working_days)
        for guide in CATALOGUE.guides
        if guide.statutory_working_days is not None
    }
    assert limits
    for service_id, (promised, by_law) in limits.items():
        assert 0 < promised <= by_law, service_id


def test_every_service_that_a_guide_names_by_its_number_is_there() -> None:
    known = {guide.service_id for guide in CATALOGUE.guides}
    for guide in CATALOGUE.guides:
        for path, text in texts_of(guide):
            zh, en = (set(re.findall(r"[A-Z]{2}-[0-9]{2}", one)) for one in (text.zh, text.en))
            assert zh == en, (guide.service_id, path)
            assert zh <= known - {guide.service_id}, (guide.service_id, path)


def test_every_service_with_three_papers_asks_who_comes() -> None:
    for guide in CATALOGUE.guides:
        if sum(material.is_required for material in guide.materials) > 2:
            assert guide.questionnaire, guide.service_id
