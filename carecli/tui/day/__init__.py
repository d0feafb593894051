"""Whole pages of a day: its start, its end, splitting a backlog, the channels."""
