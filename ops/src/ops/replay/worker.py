"""The process that decides: `python -m ops.replay.worker`. It reaches nobody from its first moment on.

Conversations come in on stdin and what became of them goes out on stdout, as `ops.replay.wire` says. What the
replayed code prints goes to stderr.
"""

# ruff: noqa: E402
from ops.replay import isolation

isolation.no_network()

import os
import sys
from typing import Any, TextIO

from contracts.envelope import Event
from contracts.model import Data
from conversation.domain import dialogue, prompts
from conversation.domain.preparing import prepare
from ops.replay.engine import replay
from ops.replay.watch import Watched
from ops.replay.wire import Answered, Ready, Reply, Setup, Talk


class _Line:
    """The line to the parent."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def say(self, reply: Reply | Ready) -> None:
        self._out.write(reply.model_dump_json() + "\n")
        self._out.flush()

    def ask(self, request: Event[Any]) -> Data | None:
        self.say(Reply(asked=request))
        return Answered.model_validate_json(sys.stdin.readline()).answer


def main() -> None:
    """Replays conversations until there are no more."""
    line = _Line(os.fdopen(os.dup(sys.stdout.fileno()), "w"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    setup = Setup.model_validate_json(sys.stdin.readline())
    try:
        prompts.use(setup.prompts)
    except prompts.UnfitPrompts as problem:
        raise SystemExit(str(problem)) from None
    prepare()
    decide = Watched(dialogue.decide, setup.within)
    line.say(Ready(code=str(dialogue.__file__)))
    for talk in sys.stdin:
        history = Talk.model_validate_json(talk).history(setup.configs)
        done = replay(history, decide, config=setup.config, answer=line.ask if setup.asks else None)
        line.say(Reply(replayed=done, refused=tuple(isolation.attempts)))
        isolation.attempts.clear()


if __name__ == "__main__":
    main()
