"""`bellhop failures`: what went wrong anywhere, to look at, repair or give up."""
