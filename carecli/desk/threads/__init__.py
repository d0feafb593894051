"""The thread list: its rows, its counts, saved views, alerts."""
