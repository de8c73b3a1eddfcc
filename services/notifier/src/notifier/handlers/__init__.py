"""What the notifier does about each event."""
