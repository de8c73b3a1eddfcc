"""`python -m ops` is `bellhop`."""

from ops.cli import app

app()
