"""Which AI vendor answers. Pure."""
