"""The ports of the scheduler, over the store."""
