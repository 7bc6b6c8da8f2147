"""Forms of the demo hall to fill in: a page of A4 each, written as PDF (ISO 32000-1).

The Chinese is set in STSong-Light, which readers have or find another typeface for (9.7.5.2,
Adobe-GB1); nothing is embedded, so a form has some kilobytes.
"""

from hashlib import sha256

from msgspec import Struct

from backend.catalogue.guide import GuideForm
from backend.core.ids import Text

LEFT, RIGHT, TOP, ROW = 56, 539, 772, 44
ANSWERS, DATE, STORY, LINE_WIDTH = 216, 360, 120, 0.6
"""Points of 1/72 inch from the page's lower left corner."""

APPLICANT = (
    Text(zh="姓名", en="Name"),
    Text(zh="工号或学号", en="Staff or student number"),
    Text(zh="所在学院或单位", en="School or unit"),
    Text(zh="联系电话", en="Telephone"),
)
PROMISE = Text(
    zh="以上内容属实，如有不实，由本人负责。", en="All this is true, and I answer for it."
)
SIGNED = (Text(zh="申请人签名", en="Signature"), Text(zh="日期", en="Date"))


class DemoForm(Struct, frozen=True, kw_only=True):
    """What a form asks for."""

    name: Text
    fields: tuple[Text, ...]

    @property
    def content(self) -> bytes:
        """The file; the same bytes each time."""
        return _pdf(_page(self))

    @property
    def of_guide(self) -> GuideForm:
        """As a guide names it."""
        content = self.content
        return GuideForm(
            digest=sha256(content).hexdigest(),
            name=self.name,
            media_type="application/pdf",
            size=len(content),
        )


FORMS = {
    "HR-04": DemoForm(
        name=Text(
            zh="职称证书补办申请表", en="Application to reissue a professional title certificate"
        ),
        fields=(
            *APPLICANT,
            Text(zh="职称和级别", en="Title and level"),
            Text(zh="原证书编号", en="Number of the lost certificate"),
            Text(zh="取得日期", en="Date of award"),
            Text(zh="遗失或损坏的经过", en="How it was lost or damaged"),
        ),
    ),
    "UG-02": DemoForm(
        name=Text(zh="学生证补办申请表", en="Application for a new student card"),
        fields=(
            *APPLICANT,
            Text(zh="专业和年级", en="Programme and year"),
            Text(zh="乘车优惠区间", en="Railway stations for the student fare"),
            Text(zh="补办原因", en="Reason"),
        ),
    ),
}
"""By service."""


def _page(form: DemoForm) -> bytes:
    """What is drawn: the title, a table of what is asked, the promise and where to sign it."""
    drawn = [_words(LEFT, TOP, 20, form.name.zh), _latin(LEFT, TOP - 20, 11, form.name.en)]
    drawn.append(f"{LINE_WIDTH} w")
    top = TOP - 44
    for no, field in enumerate(form.fields, start=1):
        # The last one asks for a story.
        bottom = top - (ROW if no < len(form.fields) else STORY)
        drawn.append(f"{LEFT} {bottom} {RIGHT - LEFT} {top - bottom} re S")
        drawn += [
            _words(LEFT + 10, top - 19, 12, field.zh),
            _latin(LEFT + 10, top - 33, 9, field.en),
        ]
        top = bottom
    drawn.append(f"{ANSWERS} {TOP - 44} m {ANSWERS} {top} l S")
    drawn += [_words(LEFT, top - 30, 12, PROMISE.zh), _latin(LEFT, top - 44, 9, PROMISE.en)]
    for x, words in zip((LEFT, DATE), SIGNED, strict=True):
        drawn += [_words(x, top - 92, 12, words.zh), _latin(x, top - 106, 9, words.en)]
        drawn.append(f"{x + 66} {top - 96} m {RIGHT if x == DATE else DATE - 20} {top - 96} l S")
    return "\n".join(drawn).encode("ascii")


def _words(x: int, y: int, size: int, words: str) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET"


def _latin(x: int, y: int, size: int, words: str) -> str:
    return f"BT /F2 {size} Tf {x} {y} Td <{words.encode('ascii').hex()}> Tj ET"


def _pdf(drawn: bytes) -> bytes:
    """A document of one page with this content."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R/F2 8 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UCS2-H"
        b"/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    content, places = b"%PDF-1.4\n", []
    for no, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (no, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        content
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        % (
            count,
            table,
            count,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(content)
    )
