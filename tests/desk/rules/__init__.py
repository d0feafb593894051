"""Auto-moderation at the desk."""
