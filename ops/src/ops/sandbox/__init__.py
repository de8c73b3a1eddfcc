"""The sandbox: simulated phones, and stand-ins for the vendors behind them. Never part of a deployment."""
