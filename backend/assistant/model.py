"""A hall's own language model behind the assistant: off unless a hall names one.

It is given the question and the guide's text and may only word the text for the question.  Which
guide answers, and whether at all, is decided without it.
"""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

TIMEOUT_S = 8
ANSWER_MAX = 2000
"""Characters of an answer that are believed to be one."""
_ORDER = {
    "zh": "只用下面的资料回答问题，不添加任何内容。资料里没有的不要说。",
    "en": "Answer from the text below alone and add nothing to it.",
}


class ModelError(Exception):
    """The model did not answer, or not with an answer."""


class LanguageModel(Protocol):
    """Whatever can word an answer."""

    def word(self, question: str, text: str, language: str) -> str:
        """The text, worded for the question.

        Raises ModelError.
        """
        ...


class _Said(Struct):
    content: str


class _Choice(Struct):
    message: _Said


class _Completion(Struct):
    choices: list[_Choice]


_decode = msgspec.json.Decoder(_Completion).decode


class ChatModel:
    """A server that speaks the common chat completions form, as vLLM, Ollama and llama.cpp do."""

    def __init__(self, url: str, model: str, key: str = "") -> None:
        """`url` is the whole address, such as http://127.0.0.1:8000/v1/chat/completions."""
        self._address = urlsplit(url)
        self._model = model
        self._key = key

    def word(self, question: str, text: str, language: str) -> str:
        """The model's words, of at most ANSWER_MAX characters.

        Raises ModelError.
        """
        body = msgspec.json.encode(
            {
                "model": self._model,
                "temperature": 0,
                "messages": [
                    {"role": "system", "content": f"{_ORDER[language]}\n\n{text}"},
                    {"role": "user", "content": question},
                ],
            }
        )
        try:
            words = _decode(self._post(body)).choices[0].message.content.strip()
        except (OSError, HTTPException, msgspec.DecodeError, IndexError) as error:
            raise ModelError(str(error)) from error
        if not 0 < len(words) <= ANSWER_MAX:
            raise ModelError("the answer is empty or too long")
        return words

    def _post(self, body: bytes) -> bytes:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(self._address.netloc, timeout=TIMEOUT_S)
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            connection.request("POST", self._address.path or "/", body, headers)
            response = connection.getresponse()
            answer = response.read(64 * ANSWER_MAX)
        finally:
            connection.close()
        if response.status != 200:
            raise ModelError(f"status {response.status}")
        return answer
