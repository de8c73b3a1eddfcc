"""How vendors, models and keys are: circuits, keys, accounts; what a call teaches of them; who may be asked.

A call ends: `lessons` changes the `entries` that all replicas share (`circuits`, `keys`). Before the next one
`view` makes a `standing` of them. `told` says what has changed, `overview` how everything is.
"""
