"""The table of keys, how keys find commands, and the help made from it."""
