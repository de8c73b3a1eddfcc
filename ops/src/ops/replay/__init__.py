"""Replay: what was recorded, decided once more by the code, the texts and the configuration of today."""
