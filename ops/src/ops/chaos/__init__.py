"""`make chaos`: the running product is broken from a seeded plan, and every message is accounted for."""
