"""One thread opened: its messages, its person, its pictures."""
