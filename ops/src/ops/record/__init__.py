"""`bellhop events`: the record, read by people and by programs, and checked against other code."""
