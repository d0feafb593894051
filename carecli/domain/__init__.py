"""The domain: pure code without clock, files, network or screen.

Everything here is pure: times are whole milliseconds since 1970 in UTC and come in as
arguments; nothing is read and nothing is written. The other layers build on these words.
"""
