"""Connectors to platforms: one folder each; the only HTTP of the program.

A connector keeps no state and uses no database. It turns a cursor into pages of events, and an
order into the platform's acknowledgement.
"""
