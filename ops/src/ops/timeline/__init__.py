"""`bellhop timeline` and `bellhop why`: what led to what, and why a message was sent or not."""
