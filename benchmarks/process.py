"""What a running program costs: processor time, and memory of it and its children."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (proportional set size) of a program, and of the engine it started."""

    program: float
    engine: float


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found: list[int] = []
    ahead = [pid]
    while ahead:
        one = ahead.pop()
        found.append(one)
        for task in _tasks(one):
            with suppress(OSError):
                ahead += map(int, (task / "children").read_text().split())
    return found


def is_engine(pid: int) -> bool:
    """Whether this process is `carecli daemon`."""
    with suppress(OSError):
        return b"\0daemon\0" in (PROC / str(pid) / "cmdline").read_bytes()
    return False


def processor_seconds(pid: int) -> float:
    """Processor time of a program without its engine, to the nanosecond for living threads."""
    total = 0
    for one in family(pid):
        if one != pid and is_engine(one):
            continue
        for task in _tasks(one):
            with suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory(pid: int) -> Memory:
    """Proportional set sizes; what processes share is split between them."""
    program = engine = 0
    for one in family(pid):
        with suppress(OSError):
            for line in (PROC / str(one) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    if one != pid and is_engine(one):
                        engine += int(line.split()[1])
                    else:
                        program += int(line.split()[1])
    return Memory(program / 1024, engine / 1024)


def _tasks(pid: int) -> list[Path]:
    with suppress(OSError):
        return list((PROC / str(pid) / "task").iterdir())
    return []
