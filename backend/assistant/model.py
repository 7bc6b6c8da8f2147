"""A hall's own language model behind the assistant: off unless a hall names one.

    POST {url}
    Authorization: Bearer {key}
    {"model": "…", "temperature": 0, "max_tokens": 1200, "messages": [
        {"role": "system", "content": "…the order, and the guide's text…"},
        {"role": "user", "content": "…the question, without personal data…"}]}

    200 {"choices": [{"message": {"content": "…"}}]}

vLLM, Ollama, llama.cpp and most services speak this form.  The model may only word the guide's
text for the question: which guide answers, and whether at all, is decided without it.
"""

import asyncio
import re
import ssl
import time

import httpx
import msgspec
from msgspec import Struct

from backend.assistant.parts import Language
from backend.core.rules.public_text import TextLimits, TextRefusal, cleaned, masked

ANSWER = TextLimits(chars=900, lines=30)
"""What is believed to be an answer; no guide has links that an answer needs."""
BODY_MAX = 64 * 1024
TOKENS_MAX = 1200
AT_ONCE = 4
"""Questions that it words at a time; others have the guide's own words at once."""
REST_S = 30.0
"""So long nobody waits for it after it was too slow."""
_ORDER = {
    "zh": "只用下面的资料回答问题，不添加任何内容，资料里没有的不要说。"
    "用中文，不用任何标记，不超过 300 字。",
    "en": "Answer from the text below alone and add nothing to it. Use English, plain text"
    " and at most 150 words.",
}
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
"""What some models say to themselves first."""
_BULLET = re.compile(r"^\s*[0-9]{1,2}[.、)）](?![0-9])", re.MULTILINE)
_NUMBER = re.compile(
    r"[0-9]+|[零〇一二两三四五六七八九十百千]+"
    r"(?=个?(?:工作日|自然日|天|日|小时|分钟|周|月|年|元|份|张|号|楼|层))"
)


class ModelError(Exception):
    """The model did not answer, or not with an answer; the words say why, and nothing was said."""


class _Said(Struct):
    content: str


class _Choice(Struct):
    message: _Said


class _Completion(Struct):
    choices: list[_Choice]


_decode = msgspec.json.Decoder(_Completion).decode


class ChatModel:
    """Asks the model: certificates are checked, and no redirection is followed anywhere."""

    def __init__(self, url: str, name: str, key: str = "", *, timeout_s: float) -> None:
        """`timeout_s`: all in all, from asking to the last byte."""
        headers = {"Accept-Encoding": "identity"}  # what is compressed has no bound before it isn't
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._url, self._name, self._timeout_s = url, name, timeout_s
        self._http = httpx.AsyncClient(
            headers=headers,
            verify=ssl.create_default_context(),
            follow_redirects=False,  # the key and the question go to this address alone
            trust_env=False,
            timeout=timeout_s,
        )
        self._at_work = 0
        self._rests_until = 0.0

    async def word(self, question: str, text: str, language: Language) -> str | None:
        """The text, worded for the question; None: it is busy, or was too slow a moment ago.

        Raises ModelError.
        """
        if self._at_work >= AT_ONCE or time.monotonic() < self._rests_until:
            return None
        self._at_work += 1
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._answer(masked(question), text, language)
        except (TimeoutError, httpx.TimeoutException) as error:
            self._rests_until = time.monotonic() + REST_S
            raise ModelError(f"no answer within {self._timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelError(type(error).__name__) from error
        finally:
            self._at_work -= 1
        return _believed(body, text)

    async def aclose(self) -> None:
        """End the connections."""
        await self._http.aclose()

    async def _answer(self, question: str, text: str, language: Language) -> bytes:
        asked = {
            "model": self._name,
            "temperature": 0,
            "max_tokens": TOKENS_MAX,
            "messages": [
                {"role": "system", "content": f"{_ORDER[language]}\n\n{text}"},
                {"role": "user", "content": question},
            ],
        }
        async with self._http.stream("POST", self._url, json=asked) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ModelError(f"it answers {answer.status_code}")
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > BODY_MAX:
                    raise ModelError(f"it answers more than {BODY_MAX} bytes")
            return bytes(body)


def _believed(body: bytes, text: str) -> str:
    """The words of an answer that has no number which the text has not.

    Raises ModelError.
    """
    try:
        said = _decode(body).choices[0].message.content
        words = cleaned(_THOUGHT.sub("", said, count=1), ANSWER)
    except (msgspec.DecodeError, IndexError) as error:
        raise ModelError("it answers something else than agreed") from error
    except TextRefusal as refusal:
        raise ModelError(refusal.code.value) from refusal
    if not _numbers(words) <= _numbers(text):
        raise ModelError("it tells a number that the guide has not")
    return words


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(_BULLET.sub("", text)))
