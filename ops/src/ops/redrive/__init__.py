"""`bellhop redrive`: recorded events are handed to one service again, and to nobody else."""
