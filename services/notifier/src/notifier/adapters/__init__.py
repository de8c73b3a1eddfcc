"""The ways out of the house, and the stores. One channel, one module; none knows another."""
