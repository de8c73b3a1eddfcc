"""`make bench`: a message's way through the house, beside a bare echo of the same hops in the same run."""
