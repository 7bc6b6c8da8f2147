"""What goes out by mail and to robots, and how their answers are understood."""

import hmac
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from backend.core.ids import Text
from backend.core.messages import ContactKind, Language, MessageKind, Outcome, department_subject
from backend.messaging.config import read_config
from backend.messaging.departments import set_departments
from backend.messaging.reach import ReachError, reach_of, shown
from backend.messaging.robots import Dingtalk, Wecom
from backend.messaging.seal import Seal, SealError
from backend.settings import SettingsError
from backend.store.outbox import Letter
from tests.messaging.conftest import PLACES, SEAL, TO, Post, mail_to, message
from tests.support.mailbox import PASSWORD, USERNAME, Mailbox, mailbox_on
from tests.support.robots import Robots
from tests.support.samples import AT

MAIL = TO[ContactKind.EMAIL]


def letter(kind: ContactKind = ContactKind.EMAIL, **more: object) -> Letter:
    return Letter(
        message_id=7,
        contact_id="c0ffee",
        no=1,
        unknown=0,
        kind=kind,
        language=Language.ZH,
        sealed=b"",
        target="mail",
        message=message(**more),  # type: ignore[arg-type]
    )


async def test_mail_says_it_in_both_languages_plain_and_html__NO2(mailbox: Mailbox) -> None:
    sent = await mail_to(mailbox).send(letter(), MAIL)
    assert sent.outcome is Outcome.SENT
    (mail,) = mailbox.mails
    assert mail["Subject"] == "您的办件已受理"
    assert (mail["From"], mail["To"]) == ("hall@example.edu", MAIL)
    assert mail["Message-ID"] == "<7.c0ffee@example.edu>"
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for text in (plain.get_content(), html.get_content()):
        assert text.index("您的办件已受理") < text.index("Your case was accepted")
        assert "https://hall.example.edu/track/abc" in text
        assert PLACES.stop_page("c0ffee") in text
    assert mail["List-Unsubscribe"] == f"<{PLACES.stop_at_once('c0ffee')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_words_begin_no_header_and_no_element__NO2(mailbox: Mailbox) -> None:
    evil = Text(zh="好\r\nBcc: all@example.edu\r\n\r\n<script>x</script>", en="a\nX-Evil: 1\u2028b")
    assert (await mail_to(mailbox).send(letter(title=evil, text=evil), MAIL)).detail == "smtp 250"
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mailbox.recipients == [MAIL]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


async def test_code_is_sent_without_a_way_to_stop_it__NO2(mailbox: Mailbox) -> None:
    await mail_to(mailbox).send(letter(), MAIL)
    code = replace(letter(), message=message(kind=MessageKind.CODE, contact_id="c0ffee"))
    await mail_to(mailbox).send(code, MAIL)
    with_stop, without = mailbox.mails
    assert with_stop["List-Unsubscribe"] is not None
    assert without["List-Unsubscribe"] is None


async def test_mail_goes_over_tls_with_a_password_or_not_at_all__NO3(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    with mailbox_on(tmp_path) as box:
        safe = {"tls": "starttls", "ca_file": str(tmp_path / "ca.pem")}
        known = safe | {"username": USERNAME, "password_file": str(tmp_path / "password")}
        assert (await mail_to(box, home=tmp_path, **known).send(letter(), MAIL)).detail == (
            "smtp 250"
        )
        # Whoever nobody vouches for is handed nothing, and neither is who does not know us.
        stranger = mail_to(box, home=tmp_path, **(known | {"ca_file": None}))
        assert (await stranger.send(letter(), MAIL)).outcome is Outcome.AWAY
        unknown = mail_to(box, home=tmp_path, **safe)
        assert (await unknown.send(letter(), MAIL)).outcome is Outcome.AWAY
        assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("450 greylisted", Outcome.THROTTLED),
        ("452 too many", Outcome.THROTTLED),
        ("550 no such user", Outcome.REFUSED),
        ("554 spam", Outcome.REFUSED),
    ],
)
async def test_reply_of_the_server_is_understood__NO3(
    mailbox: Mailbox, reply: str, outcome: Outcome
) -> None:
    mailbox.at_rcpt = reply
    assert (await mail_to(mailbox).send(letter(), MAIL)).outcome is outcome
    mailbox.at_rcpt, mailbox.at_data = None, reply
    found = await mail_to(mailbox).send(letter(), MAIL)
    assert (found.outcome, found.detail) == (outcome, f"smtp {reply[:3]}")


async def test_server_that_breaks_off_after_the_body_is_not_known_to_have_it__NO4(
    mailbox: Mailbox,
) -> None:
    mailbox.drops = True
    assert (await mail_to(mailbox).send(letter(), MAIL)).outcome is Outcome.UNKNOWN


async def test_server_that_says_nothing_is_given_up__NO4(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.messaging.mail.ANSWER_S", 0.3)
    mailbox.is_slow = True  # before the body: nothing was handed over
    assert (await mail_to(mailbox).send(letter(), MAIL)).outcome is Outcome.AWAY
    mailbox.is_slow, mailbox.hangs = False, True  # after it: nobody knows
    assert (await mail_to(mailbox).send(letter(), MAIL)).outcome is Outcome.UNKNOWN


async def test_server_that_is_not_there_was_handed_nothing__NO3(mailbox: Mailbox) -> None:
    gone = Mailbox()
    gone.port = 1
    assert (await mail_to(gone).send(letter(), MAIL)).outcome is Outcome.AWAY


@pytest.mark.parametrize(
    ("errcode", "at_wecom", "at_dingtalk"),
    [
        (-1, Outcome.AWAY, Outcome.AWAY),
        (45009, Outcome.THROTTLED, Outcome.AWAY),
        (93000, Outcome.REFUSED, Outcome.AWAY),
        (130101, Outcome.AWAY, Outcome.THROTTLED),
        (310000, Outcome.AWAY, Outcome.REFUSED),
    ],
)
async def test_errcode_of_a_robot_is_understood__NO3(
    robots: Robots,
    http: httpx.AsyncClient,
    errcode: int,
    at_wecom: Outcome,
    at_dingtalk: Outcome,
) -> None:
    robots.errcode = errcode
    wecom = await Wecom(f"{robots.url}/wecom", http, PLACES).send(letter(), TO[ContactKind.WECOM])
    dingtalk = await Dingtalk(f"{robots.url}/dingtalk", http, PLACES, lambda: AT).send(
        letter(), TO[ContactKind.DINGTALK]
    )
    assert (wecom.outcome, dingtalk.outcome) == (at_wecom, at_dingtalk)
    assert wecom.detail == f"errcode {errcode}"


async def test_dingtalk_is_shown_time_and_signature__NO3(
    robots: Robots, http: httpx.AsyncClient
) -> None:
    reach = TO[ContactKind.DINGTALK]
    late = Dingtalk(f"{robots.url}/dingtalk", http, PLACES, lambda: AT - timedelta(hours=2))
    assert (await late.send(letter(), reach)).detail == "errcode 310000"
    now = Dingtalk(f"{robots.url}/dingtalk", http, PLACES, lambda: AT)
    assert (await now.send(letter(), f"{reach}x")).detail == "errcode 310000"
    assert (await now.send(letter(), reach)).outcome is Outcome.SENT


async def test_robot_that_breaks_off_or_answers_nonsense__NO4(
    robots: Robots, http: httpx.AsyncClient
) -> None:
    wecom = Wecom(f"{robots.url}/wecom", http, PLACES)
    robots.drops = True
    assert (await wecom.send(letter(), TO[ContactKind.WECOM])).outcome is Outcome.UNKNOWN
    robots.drops, robots.status = False, 502
    assert (await wecom.send(letter(), TO[ContactKind.WECOM])).outcome is Outcome.UNKNOWN
    robots.status = 429
    assert (await wecom.send(letter(), TO[ContactKind.WECOM])).outcome is Outcome.THROTTLED


async def test_long_words_are_cut_for_a_group_and_the_link_stays__NO2(
    robots: Robots, http: httpx.AsyncClient
) -> None:
    wecom = Wecom(f"{robots.url}/wecom", http, PLACES)
    long = Text(zh="长" * 5000, en="long")
    assert (await wecom.send(letter(text=long), TO[ContactKind.WECOM])).outcome is Outcome.SENT
    assert robots.wecom[0].endswith("长\nhttps://hall.example.edu/track/abc")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("email", " ning@mail.example.edu ", "ning@mail.example.edu"),
        ("email", "ｎing@example.edu", "ning@example.edu"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc-4bc4-97a0",
         "693a91f6-7abc-4bc4-97a0"),
        ("wecom", "693a91f6-7abc-4bc4-97a0", "693a91f6-7abc-4bc4-97a0"),
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={'6f' * 16} SEC{'a' * 20}",
         f"{'6f' * 16} SEC{'a' * 20}"),
    ],
)  # fmt: skip
def test_where_somebody_is_told_is_kept_as_it_is_used__NO2(
    kind: str, typed: str, kept: str
) -> None:
    assert reach_of(ContactKind(kind), typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", ""),
        ("email", "ning"),
        ("email", "ning@example.edu\r\nBcc: all@example.edu"),
        ("email", "ning@example.edu, all@example.edu"),
        ("email", "宁@example.edu"),
        ("email", "n" * 250 + "@example.edu"),
        ("email", "ning@127.0.0.1:25"),
        ("wecom", "https://127.0.0.1/cgi-bin/webhook/send?key=693a91f6-7abc-4bc4-97a0"),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc-4bc4-97a0"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=" + "6f" * 16),
        ("dingtalk", f"https://oapi.dingtalk.com.example.edu/robot/send?access_token={'6f' * 16} "
         f"SEC{'a' * 20}"),
    ],
)  # fmt: skip
def test_where_nobody_may_be_told_is_refused__NO2(kind: str, typed: str) -> None:
    with pytest.raises(ReachError):
        reach_of(ContactKind(kind), typed)


def test_owner_is_shown_only_as_much_as_is_known_again__NO6() -> None:
    assert shown(ContactKind.EMAIL, "ning@example.edu") == "n•••@example.edu"
    assert shown(ContactKind.DINGTALK, f"{'6f' * 16} SECabcdef") == "••••6f6f"


def test_contact_is_sealed_under_the_key_of_the_installation__NO6() -> None:
    sealed = SEAL.close("c1", MAIL)
    assert MAIL.encode() not in sealed
    assert SEAL.open("c1", sealed) == MAIL
    for seal, contact_id in ((SEAL, "c2"), (Seal(b"x" * 32), "c1")):
        with pytest.raises(SealError):
            seal.open(contact_id, sealed)
    assert SEAL.digest(MAIL) == SEAL.digest(MAIL.upper()) != Seal(b"x" * 32).digest(MAIL)


def test_link_that_stops_mails_is_good_for_that_contact_alone__NO6() -> None:
    token = SEAL.stop_token("c1")
    assert SEAL.stopped(token) == "c1"
    assert SEAL.stopped(token.replace("c1.", "c2.")) is None
    assert SEAL.stopped("c1") is SEAL.stopped("c1.办") is None
    assert hmac.compare_digest(token, SEAL.stop_token("c1"))


async def test_departments_are_told_where_the_file_says__NO2(
    post: Post, tmp_path: Path, robots: Robots
) -> None:
    (tmp_path / "hr.robot").write_text(TO[ContactKind.DINGTALK])
    path = tmp_path / "notify.toml"
    path.write_text(
        f"""[dingtalk]
        [[departments]]
        hall_id = "hall"
        department_id = "hr"
        kind = "dingtalk"
        reach_file = "{tmp_path / "hr.robot"}"
        """
    )
    config = read_config(path)
    for _ in range(2):  # each start of the process
        await set_departments(config, post.contacts, SEAL, post.at)
    await post.outbox.put(message(subject=department_subject("hr"), person_hash=None, path=""))
    await post.pass_time(seconds=1)
    assert len(robots.dingtalk) == 1
    path.write_text("[dingtalk]\n")
    await set_departments(read_config(path), post.contacts, SEAL, post.at)
    await post.outbox.put(message("k2", subject=department_subject("hr"), person_hash=None))
    await post.pass_time(seconds=1)
    assert len(robots.dingtalk) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mail]\nhost = 'smtp.example.edu'\nport = 25\nsender = 'a@b.cn'\ntls = 'none'", "tls"),
        ("[wecom]\nurl = 'http://qyapi.example.edu/'", "https://"),
        ("[mail]\nhost = 'x'\nport = 25\nsender = 'no address'", "sender"),
        ("[[departments]]\nhall_id='h'\ndepartment_id='d'\nkind='wecom'\nreach_file='/x'", "wecom"),
        ("[pager]", "pager"),
    ],
)
def test_file_that_cannot_be_meant_is_refused_with_words__NO2(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "notify.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=words):
        read_config(path)
