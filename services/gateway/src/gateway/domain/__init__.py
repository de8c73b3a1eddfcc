"""What the gateway decides, without any I/O: tenant files, what may be seen by whom."""
