"""Decides recorded conversations (JSON on stdin) once more, and writes all that came of each event."""

import json
import sys
from typing import Any

from contracts import events
from contracts.tenants import TenantConfig
from conversation.domain.decided import turn_decided
from conversation.domain.dialogue import decide


def decided(recorded: list[str], config: TenantConfig) -> list[dict[str, Any]]:
    state, told = None, []
    for event in map(events.read, map(str.encode, recorded)):
        step = decide(state, event, config, event.time)
        account = (*step.out, turn_decided(event, state, step, 1), step.conversation)
        state = step.conversation
        told.append({type(one).__name__: one.model_dump(mode="json") for one in account})
    return told


def main() -> None:
    given = json.load(sys.stdin)
    config = TenantConfig.model_validate(given["config"])
    json.dump([decided(one, config) for one in given["conversations"]], sys.stdout)


if __name__ == "__main__":
    main()
