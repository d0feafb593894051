"""What jobs do is seen at the desk: the shop of its tests is theirs too."""

from __future__ import annotations

from tests.desk.conftest import shop

__all__ = ["shop"]
