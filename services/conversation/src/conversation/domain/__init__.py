"""The rules of a dialogue: pure functions of what was said, the business and the moment."""
