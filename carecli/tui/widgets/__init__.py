"""The inbox's widgets. They know rows and lines, not the desk or the app."""
