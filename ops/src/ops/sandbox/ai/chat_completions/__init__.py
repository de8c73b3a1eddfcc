"""The language of POST …/chat/completions, as OpenAI (2026) and OpenRouter speak it."""
