"""A practice platform as a process of its own; prints its address."""

from __future__ import annotations

from carecli.practice import serve

if __name__ == "__main__":
    serve("ordinary", 1, pace=40.0, ready=lambda url: print(url, flush=True))
