"""What a delivery is and what may happen to it. Pure: no clock, no I/O."""
