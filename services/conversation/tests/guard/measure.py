"""How many honest answers the guard refuses, how many inventions it lets pass, and how long it takes.

`python services/conversation/tests/guard/measure.py` prints it, with every answer judged wrongly.
"""

import time

from conftest import samples


def main() -> None:
    honest, inventions = list(samples("honest.yaml")), list(samples("inventions.yaml"))
    began = time.process_time()
    refused = [(one, fault) for one in honest if (fault := one.fault)]
    missed = [one for one in inventions if not one.fault]
    spent = time.process_time() - began
    for one, fault in refused:
        print(f"refused ({fault}): {one.answer}")
    for one in missed:
        print(f"missed: {one.answer}")
    print(f"honest answers refused: {len(refused)} of {len(honest)} ({len(refused) / len(honest):.1%})")
    print(f"inventions missed: {len(missed)} of {len(inventions)} ({len(missed) / len(inventions):.1%})")
    print(f"CPU time per answer: {spent / (len(honest) + len(inventions)) * 1e6:.0f} µs")


if __name__ == "__main__":
    main()
