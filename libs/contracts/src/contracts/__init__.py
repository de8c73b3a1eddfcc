"""The published language of Bellhop: typed events that services exchange, and nothing else.

Only pydantic and the standard library are imported here, and nothing does I/O.
"""
