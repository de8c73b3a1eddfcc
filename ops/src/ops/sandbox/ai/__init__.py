"""Stand-ins for AI vendors: they speak their languages exactly, and think nothing."""
