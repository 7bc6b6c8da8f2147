"""Robots of WeCom and DingTalk groups: webhooks that take JSON and answer an `errcode`.

Sources: WeCom, 群机器人配置说明 (developer.work.weixin.qq.com/document/path/91770): 20 messages a
minute to a robot, text of 2,048 bytes; global error codes (path/90313).  DingTalk, 自定义机器人接入
and 安全设置 (open.dingtalk.com): 20 a minute, else nothing for 10 minutes; timestamp in
milliseconds and HMAC-SHA-256 of it and the secret, at most an hour old.

Neither knows a message again that is sent twice.
"""

import base64
import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from backend.core.messages import Outcome
from backend.messaging.attempt import Attempt, Places
from backend.messaging.wording import short
from backend.store.outbox import Letter

WECOM_BYTES, DINGTALK_BYTES = 2048, 16_000
ANSWER_MAX = 16 * 1024
WECOM_THROTTLED = {45009, 45033}
WECOM_REFUSED = {93000, 93008, 40008, 40058, 44004}
"""The robot is not there any more; or it takes no such text."""
DINGTALK_THROTTLED = {130101, 90030, 410100}
DINGTALK_REFUSED = {310000, 300001, 300005, 400101, 400102, 400013, 40035, 430101, 430102}
"""Signature or key wrong, robot gone or stopped, text refused."""


class _Said(Struct):
    errcode: int


class Wecom:
    """Speaks in a WeCom group."""

    def __init__(self, url: str, http: httpx.AsyncClient, places: Places) -> None:
        self._url, self._http, self._places = url, http, places

    async def send(self, letter: Letter, reach: str) -> Attempt:
        """What came of it; `reach` is the robot's key."""
        url = self._places.page(letter.message.path)
        content = short(letter.message, letter.language, url, WECOM_BYTES)
        body = {"msgtype": "text", "text": {"content": content}}
        found = await _errcode(self._http, self._url, {"key": reach}, body)
        return _judged(found, WECOM_THROTTLED, WECOM_REFUSED)


class Dingtalk:
    """Speaks in a DingTalk group."""

    def __init__(
        self, url: str, http: httpx.AsyncClient, places: Places, now: Callable[[], datetime]
    ) -> None:
        self._url, self._http, self._places, self._now = url, http, places, now

    async def send(self, letter: Letter, reach: str) -> Attempt:
        """What came of it; `reach` is the robot's token and secret."""
        token, _, secret = reach.partition(" ")
        stamp = str(round(self._now().timestamp() * 1000))
        signed = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256)
        words = {
            "access_token": token,
            "timestamp": stamp,
            "sign": base64.b64encode(signed).decode(),
        }
        url = self._places.page(letter.message.path)
        content = short(letter.message, letter.language, url, DINGTALK_BYTES)
        body = {"msgtype": "text", "text": {"content": content}}
        found = await _errcode(self._http, self._url, words, body)
        return _judged(found, DINGTALK_THROTTLED, DINGTALK_REFUSED)


async def _errcode(
    http: httpx.AsyncClient, url: str, words: dict[str, str], body: dict[str, Any]
) -> int | Attempt:
    """What the robot answers, or that it does not."""
    try:
        answer = await http.post(url, params=words, json=body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return Attempt(outcome=Outcome.AWAY, detail=type(error).__name__)
    except httpx.HTTPError as error:  # it may have read all of it
        return Attempt(outcome=Outcome.UNKNOWN, detail=type(error).__name__)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Attempt(outcome=Outcome.THROTTLED, detail="http 429")
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Attempt(outcome=Outcome.UNKNOWN, detail=f"http {answer.status_code}")
    try:
        return msgspec.json.decode(answer.content[:ANSWER_MAX], type=_Said).errcode
    except msgspec.DecodeError:
        detail = f"http {answer.status_code}, no errcode"
        return Attempt(outcome=Outcome.REFUSED, detail=detail)


def _judged(found: int | Attempt, throttled: set[int], refused: set[int]) -> Attempt:
    if isinstance(found, Attempt):
        return found
    if found == 0:
        outcome = Outcome.SENT
    elif found in throttled:
        outcome = Outcome.THROTTLED
    else:
        outcome = Outcome.REFUSED if found in refused else Outcome.AWAY
    return Attempt(outcome=outcome, detail=f"errcode {found}")
