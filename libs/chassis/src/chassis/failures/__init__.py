"""The failure desk: everything of a service that went wrong in one place, to be repaired or given up."""
