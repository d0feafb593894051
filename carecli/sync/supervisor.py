"""Reports this process's state to systemd: sd_notify(3).

The supervisor names a datagram socket in the environment. Without one nothing is told, and what
cannot be told is left out: the supervisor draws its own conclusion from silence.
"""

from __future__ import annotations

import os
import socket

VARIABLE = "NOTIFY_SOCKET"
READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def tell_supervisor(state: str) -> None:
    """Say one of the states above to the supervisor, if there is one."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        return
    if address.startswith("@"):  # a name outside the file system
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto(state.encode(), address)
    except OSError:
        pass
