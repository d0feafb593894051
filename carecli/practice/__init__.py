"""A pretend platform: a real HTTP server on loopback that speaks the Graph API.

For practice, demonstration and tests. `serve` runs it until interrupted; `PracticeServer` runs
it in a thread; `channels` tells the accounts to connect to.
"""

from __future__ import annotations

from carecli.practice.scenario import SCENARIOS, Channel, channels
from carecli.practice.server import PracticeServer, serve

__all__ = ["SCENARIOS", "Channel", "PracticeServer", "channels", "serve"]
