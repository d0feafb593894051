"""The inbox's widgets. They know rows and lines, and neither the desk nor the app."""
