"""The inbox as plain lines, for screen readers, dumb terminals and pipes.

Nothing is painted over: every line is written once, in the order one would say it. Commands are
words, or the letters the screen has as keys, each followed by Enter. Knows the desk only.
"""
