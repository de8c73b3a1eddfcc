"""Messaging Gateway: verifies webhooks, publishes events, serves the public API."""
