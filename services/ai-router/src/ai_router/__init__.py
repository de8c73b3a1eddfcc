"""Content-Based Router over AI vendors."""
