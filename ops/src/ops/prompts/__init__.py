"""What the AI is told for each business: look at it, try other words, publish them, go back."""
