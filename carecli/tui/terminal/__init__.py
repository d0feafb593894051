"""The terminal itself: input, screen buffer, clipboard, notifications, the first page."""
