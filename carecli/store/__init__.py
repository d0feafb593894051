"""The SQLite database in which desk and sync meet; the only SQL of the program."""
