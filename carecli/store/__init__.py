"""The one SQLite file in which desk and sync meet, and the only SQL of the program."""
