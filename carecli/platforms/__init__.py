"""Connectors to platforms: one folder each; the only HTTP of the program.

A connector holds no state and knows no database. It turns a cursor into pages of events and an
order into what the platform says it did.
"""
