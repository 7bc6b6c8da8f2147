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
