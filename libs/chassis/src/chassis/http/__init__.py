"""What every service serves and calls over HTTP alike."""
