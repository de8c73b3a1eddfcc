"""`bellhop ai drill`: a vendor fails on purpose, and every question is answered all the same."""
