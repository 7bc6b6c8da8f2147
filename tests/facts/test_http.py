"""A system of the university over HTTP: what it may answer, and what is never believed (FA1)."""

import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from backend.core.ids import Text
from backend.facts import http
from backend.facts.connector import Fact, FactsError
from backend.facts.http import ANSWER_MAX, HttpConnector
from tests.facts.conftest import SECRET, HrSystem, fact

LI = b"\x0a" * 32
KINDS = ("contract", "salary_account")


@pytest.fixture
async def connector(hr: HrSystem) -> AsyncIterator[HttpConnector]:
    found = HttpConnector(hr.url, SECRET)
    yield found
    await found.aclose()


async def test_facts_of_a_person_come_as_they_are_held__FA1(
    hr: HrSystem, connector: HttpConnector
) -> None:
    hr.held[LI.hex()] = [fact("contract"), fact("marriage")]
    assert await connector.fetch(LI, KINDS) == [
        Fact(
            kind_id="contract",
            value=Text(zh="聘至2028年", en="until 2028"),
            as_of=date(2026, 11, 1),
            level=3,
        )
    ]
    address = f"/hr/persons/{LI.hex()}/facts?kinds=contract%2Csalary_account"
    assert hr.asked == [(address, f"Bearer {SECRET}")]


async def test_what_was_not_asked_for_is_left_out__FA1(
    hr: HrSystem, connector: HttpConnector
) -> None:
    body = json.dumps({"facts": [fact("marriage")]}).encode()
    hr.answer = (200, {}, body)
    assert await connector.fetch(LI, KINDS) == []


async def test_somebody_unknown_there_has_no_facts__FA1(connector: HttpConnector) -> None:
    assert await connector.fetch(b"\x0b" * 32, KINDS) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b"[]",
        b'{"facts": null}',
        json.dumps({"facts": [fact("contract", level=5)]}).encode(),
        json.dumps({"facts": [fact("contract", zh="x" * 201)]}).encode(),
        json.dumps({"facts": [fact("contract") | {"as_of": "soon"}]}).encode(),
        json.dumps({"facts": [fact("contract")] * 101}).encode(),
    ],
)
async def test_answer_that_was_not_agreed_is_none__FA1(
    hr: HrSystem, connector: HttpConnector, body: bytes
) -> None:
    hr.answer = (200, {"Content-Type": "application/json"}, body)
    with pytest.raises(FactsError, match="something else"):
        await connector.fetch(LI, KINDS)


@pytest.mark.parametrize("status", [204, 401, 403, 500, 503])
async def test_status_that_was_not_agreed_is_no_answer__FA1(
    hr: HrSystem, connector: HttpConnector, status: int
) -> None:
    hr.answer = (status, {}, b"")
    with pytest.raises(FactsError, match=f"answers {status}"):
        await connector.fetch(LI, KINDS)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirection_is_not_followed__FA1(
    hr: HrSystem, connector: HttpConnector, status: int
) -> None:
    """The secret and the digest reach no other address, on the same host or elsewhere."""
    elsewhere = HrSystem()
    hr.answer = (status, {"Location": f"{elsewhere.url}/persons/x/facts?kinds=contract"}, b"")
    with pytest.raises(FactsError, match=f"answers {status}"):
        await connector.fetch(LI, KINDS)
    assert elsewhere.asked == []
    assert len(hr.asked) == 1
    elsewhere.server.shutdown()
    elsewhere.server.server_close()


async def test_answer_without_end_is_left__FA1(hr: HrSystem, connector: HttpConnector) -> None:
    hr.answer = (200, {}, b" " * (ANSWER_MAX + 1))
    with pytest.raises(FactsError, match="more than"):
        await connector.fetch(LI, KINDS)


@pytest.mark.parametrize("dribbles", [False, True])
async def test_slow_system_is_left_in_time__FA1(
    hr: HrSystem, connector: HttpConnector, monkeypatch: pytest.MonkeyPatch, *, dribbles: bool
) -> None:
    """Also one that sends a byte now and then, so that no single wait is long."""
    monkeypatch.setattr(http, "ANSWER_S", 0.3)
    hr.dribbles = dribbles
    if not dribbles:
        hr.pause.clear()
    hr.answer = (200, {}, b"{")
    with pytest.raises(FactsError, match="no answer within"):
        await connector.fetch(LI, KINDS)


async def test_system_that_is_down_is_no_answer__FA1(hr: HrSystem) -> None:
    hr.server.server_close()
    connector = HttpConnector(hr.url, SECRET)
    with pytest.raises(FactsError, match="ConnectError"):
        await connector.fetch(LI, KINDS)
    await connector.aclose()


async def test_plain_server_where_tls_is_due_is_no_answer__FA1(hr: HrSystem) -> None:
    connector = HttpConnector(hr.url.replace("http:", "https:"), SECRET)
    with pytest.raises(FactsError):
        await connector.fetch(LI, KINDS)
    await connector.aclose()


ANOTHER_HOST, NOBODY, OVER = "another host", "nobody we know", "over"


@pytest.mark.parametrize("wrong", [None, ANOTHER_HOST, NOBODY, OVER])
async def test_certificate_of_somebody_else_is_no_answer__FA1(
    hr: HrSystem, tmp_path: Path, wrong: str | None
) -> None:
    """The secret and the digest do not leave the machine, and nothing is shown."""
    ours, theirs = trustme.CA(), trustme.CA()
    (tmp_path / "ca.pem").write_bytes(ours.cert_pem.bytes())
    certified = (theirs if wrong == NOBODY else ours).issue_cert(
        "hr.example.edu" if wrong == ANOTHER_HOST else "127.0.0.1",
        not_after=datetime.now(UTC) - timedelta(days=1) if wrong == OVER else None,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certified.configure_cert(context)
    hr.server.socket = context.wrap_socket(hr.server.socket, server_side=True)
    hr.held[LI.hex()] = [fact("contract")]
    url = hr.url.replace("http:", "https:")
    connector = HttpConnector(url, SECRET, str(tmp_path / "ca.pem"))
    if wrong is None:  # so it is the certificate alone that the others fail by
        assert [one.kind_id for one in await connector.fetch(LI, KINDS)] == ["contract"]
    else:
        with pytest.raises(FactsError, match="ConnectError"):
            await connector.fetch(LI, KINDS)
        assert hr.asked == []
    await connector.aclose()
    if wrong is None:  # the machine's own list does not have our authority
        stranger = HttpConnector(url, SECRET)
        with pytest.raises(FactsError, match="ConnectError"):
            await stranger.fetch(LI, KINDS)
        await stranger.aclose()
        assert len(hr.asked) == 1
