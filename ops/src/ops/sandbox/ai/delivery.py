"""An answer's way to whoever asked: at once, dripped, or broken off."""

from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ops.sandbox.faults import SLOW_SECONDS, Fault

_DRIPS = 40


class Delivery(Response):
    """Sends `parts` one by one, as the fault wants it; `ended` is called at the end of all.

    Only a streamed answer does without content-length.
    """

    def __init__(
        self,
        parts: Sequence[bytes],
        status: int,
        headers: dict[str, str],
        *,
        streamed: bool = False,
        fault: Fault | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        whole = b"".join(parts)
        length = {} if streamed else {"content-length": str(len(whole))}
        super().__init__(status_code=status, headers=headers | length)
        if streamed:
            del self.headers["content-length"]
        self._parts = parts if streamed else [whole]
        self._fault = fault
        self._ended = ended

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Sends it. Left unfinished, the server closes the connection; that is what `cut` is."""
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            kind = self._fault.kind if self._fault else None
            parts = _half(self._parts) if kind == "cut" else self._parts
            for part in _drops(parts) if kind == "slow" else parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
                if self._fault and kind == "slow":
                    seconds = SLOW_SECONDS if self._fault.seconds is None else self._fault.seconds
                    await self._fault.wait(seconds / _DRIPS)
            if kind != "cut":
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if self._ended:
                self._ended()


def _half(parts: Sequence[bytes]) -> list[bytes]:
    """What goes out before the connection breaks: in the middle of a part."""
    whole = b"".join(parts)
    return [whole[: len(whole) // 2]]


def _drops(parts: Sequence[bytes]) -> list[bytes]:
    """The same bytes in many small parts."""
    whole = b"".join(parts)
    size = max(1, -(-len(whole) // _DRIPS))
    return [whole[at : at + size] for at in range(0, len(whole), size)]
