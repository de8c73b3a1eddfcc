"""Logs, traces and metrics, alike in every service."""
