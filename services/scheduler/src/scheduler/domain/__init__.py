"""The rules of booking: no clock, no I/O."""
