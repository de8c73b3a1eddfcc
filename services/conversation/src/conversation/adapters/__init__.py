"""Where conversations and transcripts are kept."""
