"""carecli: a terminal inbox for social customer care."""

__version__ = "0.3.0"
