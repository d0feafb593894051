"""carecli: a terminal inbox for social customer care."""

__version__ = "0.4.0"
