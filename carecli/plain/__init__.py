"""The inbox as plain lines, for screen readers, dumb terminals and pipes.

Nothing is painted over: every line is written once, in reading order. Commands are words, or the
letters that are keys on the screen, each followed by Enter. This package knows only the desk.
"""
