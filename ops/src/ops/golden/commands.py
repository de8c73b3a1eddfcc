"""What `bellhop golden …` does: records, checks and renews golden conversations."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from ops.golden.anonymise import NothingSaid
from ops.golden.finding import Wish
from ops.golden.fixture import SUFFIX, Fixture, NoFixture, load
from ops.golden.outcome import NotRenewable, check, renewed
from ops.golden.recording import Recording, record
from ops.golden.strangers import doubtful
from ops.golden.tables import differences, leaked, replaced
from ops.places import workspace
from ops.replay.history import ConfigurationUnknown, History

FINE, WRONG, NOT_FOUND = 0, 1, 2


def golden_dir(told: Path | None = None) -> Path:
    """Where the fixtures lie: `tests/golden` of the checkout unless told otherwise."""
    return told or workspace() / "tests" / "golden"


def keep(history: History, wish: Wish, folder: Path, console: Console) -> int:
    """Writes the fixture of a conversation, unless somebody could be known by it or it says other things."""
    if not history.complete:
        console.print("[red]✗[/red] the record begins in the middle of this conversation: choose a newer one")
        return WRONG
    try:
        made = record(history, wish.name, wish.note, wish.also)
    except (NothingSaid, ConfigurationUnknown) as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        return WRONG
    console.print(replaced(made.counts))
    if made.leaks:
        console.print(leaked(made.leaks))
        return WRONG
    return _write_if_true(made, wish, folder, console)


def _write_if_true(made: Recording, wish: Wish, folder: Path, console: Console) -> int:
    fixture = made.fixture
    if made.outcome.drifted:
        console.print(differences(made.outcome))
        console.print(f"[yellow]![/yellow] {_WHY[made.drifted_before]}")
        if not wish.accept:
            console.print("Nothing is written. With [bold]--accept[/bold] today's words are taken.")
            return WRONG
        try:
            fixture = renewed(fixture)
        except NotRenewable as problem:
            console.print(f"[red]✗[/red] {escape(str(problem))}")
            return WRONG
    path = _write(fixture, folder)
    console.print(f"[green]✓[/green] {len(fixture.history.handled)} turns in {escape(str(path))}")
    if kept := doubtful(fixture):
        console.print(f"Look at these words, which stay: {escape(', '.join(kept))}. A name goes with --also.")
    return FINE


_WHY = {
    True: "Without any replacement it differs as well: what is said has changed since it was recorded.",
    False: "With the real names it is as recorded: a token is understood in another way.",
}


def _write(fixture: Fixture, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{fixture.meta.name}{SUFFIX}"
    path.write_text(fixture.written(), "utf-8")
    return path


def fixtures(folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """The files of these golden conversations, of all without names. Raises NoFixture for an unknown name."""
    if not names:
        return sorted(folder.glob(f"*{SUFFIX}"))
    paths = [folder / f"{name.removesuffix(SUFFIX)}{SUFFIX}" for name in names]
    for path in paths:
        if not path.is_file():
            raise NoFixture(f"there is no golden conversation {path.stem!r} in {folder}")
    return paths


def verify(folder: Path, names: Sequence[str], console: Console) -> int:
    """Says all golden conversations again, and shows what is not as it was."""
    try:
        loaded = [load(path) for path in fixtures(folder, names)]
    except (NoFixture, OSError) as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        return NOT_FOUND
    drifted = 0
    for fixture in loaded:
        outcome = check(fixture)
        drifted += outcome.drifted
        console.print(differences(outcome))
    console.print(_summary(len(loaded), drifted, folder))
    return WRONG if drifted or not loaded else FINE


def _summary(count: int, drifted: int, folder: Path) -> str:
    if not count:
        return f"[red]✗[/red] there is no golden conversation in {escape(str(folder))}"
    if not drifted:
        return f"[green]✓[/green] {count} golden conversations are as they were"
    hint = "If that is meant: [bold]bellhop golden accept NAME[/bold]"
    return f"[red]✗[/red] {drifted} of {count} golden conversations are not as they were. {hint}"


def accept(folder: Path, name: str, console: Console) -> int:
    """Takes what is said today as the new truth of one golden conversation, and shows what has changed."""
    try:
        fixture = load(*fixtures(folder, [name]))
    except (NoFixture, OSError) as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        return NOT_FOUND
    outcome = check(fixture)
    console.print(differences(outcome))
    if not outcome.drifted:
        return FINE
    try:
        path = _write(renewed(fixture), folder)
    except NotRenewable as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        return WRONG
    console.print(f"[green]✓[/green] {escape(str(path))} holds what is said today")
    return FINE
