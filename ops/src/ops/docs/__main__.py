"""`make docs`: writes all generated documentation anew. An event type that would break is not written."""

import sys
from pathlib import Path

from ops.docs.generated import generated
from ops.docs.schemas import broken_promises
from ops.places import workspace


def main(root: Path) -> int:
    """Writes what has changed under `root`; says what, or why nothing was written."""
    if broken := broken_promises(root):
        print("Nothing written. Publish a new version beside the old one instead of:", *broken, sep="\n  ")
        return 1
    for name, text in generated().items():
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(workspace()))
