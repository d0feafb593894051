"""The Graph API as the practice platform speaks it."""
