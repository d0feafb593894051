"""Wires all layers together: configuration, store, desk, connectors, engine, screen.

Nothing but the command line and `__main__` imports it. Each module wires one program and loads
what that program needs, when it needs it.
"""
