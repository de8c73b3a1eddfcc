"""The candidate's process: `python -m ops.shadow.candidate SECONDS NICENESS`.

SECONDS is how long a decision may take, NICENESS how far it yields to everything else on the machine.
It reaches nobody and takes no more than its memory, and that before any of the candidate's code is loaded.
Turns come in on stdin and verdicts go out on stdout, as `ops.shadow.questions` says. What the candidate
prints goes to stderr.
"""

# ruff: noqa: E402
from ops.replay import isolation

isolation.no_network()

import faulthandler
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

MEMORY: int = 2 * 1024**3
STARTS_WITHIN: int = 300  # seconds; it has the lowest priority on what may be a busy machine

os.nice(int(sys.argv[2]))
with suppress(OSError):  # Linux may share the processor by session, and this one is ours alone
    Path("/proc/self/autogroup").write_text(sys.argv[2])
resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
faulthandler.dump_traceback_later(STARTS_WITHIN, exit=True)

from conversation.domain import dialogue, prompts
from conversation.domain.preparing import prepare
from ops.replay.wire import Ready, Setup
from ops.shadow.deciding import Candidate
from ops.shadow.questions import Answer, Question


def main() -> None:
    """Judges turns until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    setup = Setup.model_validate_json(sys.stdin.readline())
    if setup.prompts:
        prompts.use(setup.prompts)
    prepare()
    faulthandler.cancel_dump_traceback_later()
    candidate = Candidate(dialogue.decide, setup.config, within=float(sys.argv[1]))
    print(Ready(code=str(dialogue.__file__)).model_dump_json(), file=answers, flush=True)
    for line in sys.stdin:
        answer = candidate.answer(Question.model_validate_json(line))
        if isolation.attempts:  # a finding, even where the code went on as if nothing had happened
            answer = Answer(verdict="failed", why=(f"tried to reach somebody: {isolation.attempts.pop()}",))
            isolation.attempts.clear()
        print(answer.model_dump_json(), file=answers, flush=True)


if __name__ == "__main__":
    main()
