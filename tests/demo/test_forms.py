"""The demo hall's forms are whole PDF files, and those that its guides name."""

import io
import re

import pytest

from backend.demo.catalogue import demo_catalogue
from backend.demo.forms import FORMS, DemoForm
from backend.store.files import media_type_of


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_form_is_a_whole_pdf__GD1(form: DemoForm) -> None:
    content = form.content
    assert media_type_of(content) == form.of_guide.media_type == "application/pdf"
    assert len(content) == form.of_guide.size < 8192
    assert form.name.zh.encode("utf-16-be").hex().encode() in content
    # Each object stands where the table says, and the table where the end says.
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    table = io.BytesIO(content[start:])
    assert table.readline() == b"xref\n"
    first, count = map(int, table.readline().split())
    places = [int(table.readline().split()[0]) for _ in range(first, count)]
    for no, place in enumerate(places[1:], start=1):
        assert content[place:].startswith(b"%d 0 obj\n" % no)
    length = re.search(rb"/Length (\d+)>>stream\n", content)
    assert length is not None
    assert content[length.end() + int(length[1]) :].startswith(b"\nendstream")


def test_two_guides_have_a_form__GD1() -> None:
    named = {g.service_id: g.forms for g in demo_catalogue().guides if g.forms}
    assert named == {service: (form.of_guide,) for service, form in FORMS.items()}
