"""Message Translators: what a vendor posts, in the one form of the published language. No I/O here."""
