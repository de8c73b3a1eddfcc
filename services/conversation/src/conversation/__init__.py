"""Process Manager of a dialogue: understands the message, decides the next step."""
