"""`bellhop redrive`: looks, shows, asks, puts it on record, and hands out."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.prompt import Confirm

from chassis.clock import utc_now
from chassis.errors import Unavailable
from chassis.messaging.broker import CONNECTION_ERRORS, build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.record import open_record
from contracts.catalogue import OPERATOR
from ops.record.place import NoRecord, rabbitmq_url
from ops.redrive.copies import anew, copy_of
from ops.redrive.handing_out import Change, Door, HandingOut, Pace
from ops.redrive.looks import preview, say
from ops.redrive.reading import Plan, meant, planned
from ops.redrive.said import announced
from ops.redrive.wish import Wish

FINE, WRONG, STOPPED = 0, 1, 130

_GRACEFUL_SECONDS: Final = 15.0
_NAME: Final = "bellhop redrive"


@dataclass(frozen=True)
class Way:
    """How it is done: how fast, from which place in the record on, and whether nobody is asked before."""

    per_second: float
    from_offset: int | None = None
    yes: bool = False


def redrive(wish: Wish, way: Way) -> int:
    """Returns the exit code."""
    try:
        url = rabbitmq_url()
        with Console().status("Looking through the record …"):
            plan = asyncio.run(_planned(url, wish, way))
        if not plan.total:
            broken = f" {plan.unreadable} events break today's contracts." if plan.unreadable else ""
            Console().print(f"The record holds nothing of that to hand out.{broken}")
            return FINE
        Console().print(preview(plan, wish, way.per_second))
        return _hand_out(url, wish, way, plan) if way.yes or _agreed(wish, plan) else FINE
    except NoRecord as problem:
        say(str(problem))
        return WRONG
    except (Unavailable, *CONNECTION_ERRORS) as error:
        say(f"RabbitMQ cannot be used: {error}. `bellhop status` shows what is away")
        return WRONG


async def _planned(url: str, wish: Wish, way: Way) -> Plan:
    async with open_record(url, _NAME) as record:
        return await planned(record, wish, way.from_offset)


def _agreed(wish: Wish, plan: Plan) -> bool:
    if not sys.stdin.isatty():
        Console().print("Only looked, for nobody can be asked here: [bold]--yes[/bold] hands them out.")
        return False
    if not Confirm.ask(f"Hand {plan.total:,} events to {wish.service}?", default=False):
        return False
    sure = "Customers may get messages they already have. Are you sure?"
    return wish.again is None or Confirm.ask(sure, default=False)


def _hand_out(url: str, wish: Wish, way: Way, plan: Plan) -> int:
    handing = HandingOut(_change(wish), Pace(way.per_second), plan.start)
    columns = (TextColumn("Handing out"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns) as progress:
            note = partial(progress.advance, progress.add_task("", total=plan.total))
            asyncio.run(_all_handed_out(url, wish, plan, handing, note))
    except KeyboardInterrupt:
        return _broken_off("Stopped", wish, handing, STOPPED)
    except (Unavailable, *CONNECTION_ERRORS) as error:
        return _broken_off(f"RabbitMQ cannot be used: {error}", wish, handing, WRONG)
    Console().print(f"[green]✓[/green] {handing.handed:,} events handed to {wish.service}.")
    return FINE


def _change(wish: Wish) -> Change:
    return partial(anew, reason=wish.again) if wish.again else copy_of


async def _all_handed_out(
    url: str, wish: Wish, plan: Plan, handing: HandingOut, note: Callable[[], None]
) -> None:
    broker = build_broker(url, OPERATOR, _GRACEFUL_SECONDS)
    await broker.start()
    try:
        publisher = EventPublisher(broker)
        await publisher.publish(*announced(plan, wish, utc_now()))
        async with (
            open_record(url, _NAME) as record,
            aclosing(meant(record, wish, plan.start, until=plan.end)) as found,
        ):
            await handing.run(Door(publisher, wish.service, on_record=wish.again is not None), found, note)
    finally:
        await broker.stop()


def _broken_off(why: str, wish: Wish, handing: HandingOut, code: int) -> int:
    say(f"{why}. {handing.handed:,} events were handed to {wish.service}")
    options = f"--from-offset {handing.next_offset} --until {wish.until.isoformat()}"
    Console(stderr=True).print(f"Go on with the same command and [bold]{options}[/bold]", soft_wrap=True)
    return code
