"""Where a checkout keeps its things: the data of this machine and the example businesses."""

import os
from pathlib import Path


def workspace() -> Path:
    """The checkout around the current folder; the current folder itself when there is none."""
    here = Path.cwd()
    return next((one for one in (here, *here.parents) if (one / "deploy" / "tenants").is_dir()), here)


def data_dir() -> Path:
    """The folder for all data of the running stack: BELLHOP_DATA_DIR, else `.bellhop` in the checkout."""
    return Path(os.environ.get("BELLHOP_DATA_DIR") or workspace() / ".bellhop").absolute()


def tenants_dir() -> Path:
    """The folder with one file per business: BELLHOP_TENANTS_DIR, else the examples in the checkout."""
    return Path(os.environ.get("BELLHOP_TENANTS_DIR") or workspace() / "deploy" / "tenants").absolute()
