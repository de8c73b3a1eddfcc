"""What is put on record before anything is handed out."""

import getpass
import os
import socket
from datetime import datetime
from typing import Any
from uuid import uuid4

from contracts import channels, events
from contracts.catalogue import OPERATOR
from contracts.envelope import Event
from contracts.operations import Operator, RecordRedriven
from ops.moments import BEGINNING
from ops.redrive.reading import Plan
from ops.redrive.wish import Wish


def announced(plan: Plan, wish: Wish, now: datetime) -> tuple[Event[Any], ...]:
    """One event for each type that is handed out."""
    since = plan.first if plan.first and wish.since == BEGINNING else wish.since
    by = Operator(by=os.environ.get("BELLHOP_ADMIN_EMAIL") or f"{getpass.getuser()}@{socket.gethostname()}")
    said = (
        RecordRedriven(
            service=wish.service, event_type=one, since=since, until=wish.until, tenant=wish.tenant,
            count=plan.of_type(one), again=wish.again, personal=by,
        )
        for one in wish.types if plan.of_type(one)
    )  # fmt: skip
    return tuple(
        events.first(
            one, event_id=uuid4(), source=OPERATOR, tenant=channels.SYSTEM,
            partition=f"redrive.{wish.service}", time=now,
        )
        for one in said
    )  # fmt: skip
