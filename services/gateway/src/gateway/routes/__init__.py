"""The public HTTP and WebSocket surface, one module for each part of it."""
