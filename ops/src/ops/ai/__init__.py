"""`bellhop ai …`: how the AI router is, what it costs, its policy, and drills."""
