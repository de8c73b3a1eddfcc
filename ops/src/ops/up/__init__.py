"""`bellhop up`: the whole product on one machine, each service a process of its own."""
