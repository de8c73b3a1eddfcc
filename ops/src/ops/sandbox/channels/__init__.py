"""The channels of the sandbox. A new one is a package like its neighbours and a line in `registry.py`."""
