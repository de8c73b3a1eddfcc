"""What the AI router does about each event."""
