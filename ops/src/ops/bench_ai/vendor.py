"""`python -m ops.bench_ai.vendor PORT`: an OpenAI on loopback that costs next to nothing.

It answers every POST alike, streamed where that is asked for. `POST /delay/50` makes every answer after
it take 50 ms more. No framework: what it spends would be taken from what is measured.
"""

import asyncio
import json
import sys
from functools import partial
from typing import Final, cast

from ops.bench_ai.question import MODEL

_HEAD_ENDS: Final = b"\r\n\r\n"
_TEXT = "Yes, behind the house, free for customers. See you on Saturday!"
_MARKS = {"id": "chatcmpl-bench", "created": 1_760_000_000, "model": MODEL}
_USAGE = {"prompt_tokens": 142, "completion_tokens": 15, "total_tokens": 157}


def _response(content_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}"
    return head.encode() + _HEAD_ENDS + body


def _whole() -> bytes:
    message = {"role": "assistant", "content": _TEXT, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return json.dumps({**_MARKS, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()


def _streamed() -> bytes:
    deltas: list[tuple[dict[str, str], str | None]] = [
        ({"role": "assistant", "content": ""}, None),
        *(({"content": f"{word} "}, None) for word in _TEXT.split()),
        ({}, "stop"),
    ]
    chunks: list[dict[str, object]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None}
        for delta, finish in deltas
    ]
    chunks.append({"choices": [], "usage": _USAGE})
    lines = [json.dumps({**_MARKS, "object": "chat.completion.chunk", **chunk}) for chunk in chunks]
    return "".join(f"data: {line}\n\n" for line in (*lines, "[DONE]")).encode()


WHOLE: Final = _response("application/json", _whole())
STREAMED: Final = _response("text/event-stream", _streamed())
NOTHING: Final = b"HTTP/1.1 204 No Content\r\n\r\n"


class Delay:
    """What every answer takes, in seconds."""

    seconds = 0.0


class Connection(asyncio.Protocol):
    """One client's; requests one after the other, with a content-length."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody calls."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answers each request that is whole."""
        self._received += data
        while (end := self._received.find(_HEAD_ENDS)) >= 0:
            head = self._received[:end]
            whole = end + len(_HEAD_ENDS) + _length(head)
            if len(self._received) < whole:
                return
            request, self._received = self._received[:whole], self._received[whole:]
            self._answer(head, request[end:])

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/delay/"):
            self._delay.seconds = int(path.removeprefix(b"/delay/")) / 1000
            self._transport.write(NOTHING)
            return
        answer = STREAMED if b'"stream":true' in body or b'"stream": true' in body else WHOLE
        if self._delay.seconds:
            asyncio.get_running_loop().call_later(self._delay.seconds, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def main(port: int) -> None:
    """Serves until it is killed."""
    server = await asyncio.get_running_loop().create_server(
        partial(Connection, Delay()), "127.0.0.1", port, backlog=1024
    )
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
