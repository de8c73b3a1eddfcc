"""A candidate of the conversation service beside the live one, on its own copy of the traffic."""
