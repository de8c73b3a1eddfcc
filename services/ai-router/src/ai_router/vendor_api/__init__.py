"""What the APIs of all AI vendors have in common; what is one vendor's own is in its adapter."""
