"""Writing a reply: its checks, saved replies, the editor, one reply to many threads."""
