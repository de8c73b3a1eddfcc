"""How many honest answers the guard refuses, how many inventions it lets pass, and how long it takes.

`python -m services.conversation.tests.guard.measure` prints it, with every answer judged wrongly.
Of those held out it says only how many.
"""

import time

from .conftest import samples


def main() -> None:
    judge("", show=True)
    judge("held_out_", show=False)


def judge(prefix: str, *, show: bool) -> None:
    honest = list(samples(f"{prefix}honest.yaml"))
    inventions = list(samples(f"{prefix}inventions.yaml"))
    began = time.process_time()
    refused = [(one, fault) for one in honest if (fault := one.fault)]
    missed = [one for one in inventions if not one.fault]
    spent = time.process_time() - began
    if show:
        for one, fault in refused:
            print(f"refused ({fault}): {one.answer}")
        for one in missed:
            print(f"missed: {one.answer}")
    print(
        f"{prefix}honest answers refused: {len(refused)} of {len(honest)} ({len(refused) / len(honest):.1%})"
    )
    print(
        f"{prefix}inventions missed: {len(missed)} of {len(inventions)} ({len(missed) / len(inventions):.1%})"
    )
    print(f"CPU time per answer: {spent / (len(honest) + len(inventions)) * 1e6:.0f} µs")


if __name__ == "__main__":
    main()
