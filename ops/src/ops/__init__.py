"""The bellhop command: run the stack, sandbox phones, tenants, doctor."""
