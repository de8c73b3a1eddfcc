"""`make bench-ai`: what routing a question costs, beside LiteLLM's proxy over the same vendor."""
