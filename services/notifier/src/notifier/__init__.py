"""Outbound sending: channel adapters, send-time policy, delivery state."""
