"""Auto-moderation on the screen: rules, what they did, what waits for approval, and why."""
