"""What administrators see of the router and do with it: overview, usage, checks of keys, trial questions."""
