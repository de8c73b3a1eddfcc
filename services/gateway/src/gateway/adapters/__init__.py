"""Everything of the gateway that touches Redis, the store, the broker or another service."""
