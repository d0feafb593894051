"""File permissions of what carecli creates: owner only, or a group that shares the files.

What customers wrote is private: files are made for their owner alone. A folder that its group may
write to and that hands its group on (`chmod 2770`) is shared on purpose: what is made in it can be
read and written by the whole group, whatever the umask of whoever makes it.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_SHARED = stat.S_ISGID | stat.S_IWGRP
"""What the mode of a folder that a group shares has."""


def is_shared(folder: Path) -> bool:
    """Whether the members of a folder's group share what is in it."""
    try:
        return folder.stat().st_mode & _SHARED == _SHARED
    except OSError:
        return False


def hands_on_no_group(folder: Path) -> bool:
    """Whether a group may write into a folder, but what one of them makes is not the group's."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return mode & _SHARED == stat.S_IWGRP


def file_mode(folder: Path) -> int:
    """The mode of a new file in a folder."""
    return 0o660 if is_shared(folder) else 0o600


def open_file(path: str, flags: int) -> int:
    """Open a file, made if need be with the rights of its folder; its descriptor."""
    folder = Path(path).parent
    descriptor = os.open(path, flags | os.O_CLOEXEC, file_mode(folder))
    share_file(path)
    return descriptor


def make_file(path: str) -> None:
    """Make an empty file where there is none; an existing one of mine is shared if need be."""
    with suppress(FileExistsError):
        os.close(open_file(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        return
    share_file(path)


def share_file(path: str) -> None:
    """Let the group of a shared folder read and write a file in it, if the file is mine."""
    file = Path(path)
    if not is_shared(file.parent):
        return
    with suppress(OSError):
        known = file.stat()
        if known.st_uid != os.geteuid() or not stat.S_ISREG(known.st_mode):
            return
        group = file.parent.stat().st_gid
        if known.st_gid != group:
            os.chown(file, -1, group)
        if known.st_mode & 0o660 != 0o660:
            file.chmod(0o660)


def make_folder(folder: Path) -> Path:
    """The folder, made if need be for its owner alone, or shared within a shared one."""
    if folder.is_dir():
        return folder
    if not folder.parent.is_dir():
        make_folder(folder.parent)
    if not is_shared(folder.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
    folder.mkdir(exist_ok=True, mode=0o770)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o070 != 0o070:  # the umask took it away
        folder.chmod(mode | _SHARED | 0o070)
    return folder


def owner(path: Path) -> int:
    """The id of the user a file belongs to, or its folder's where there is none yet."""
    for place in (path, path.parent):
        with suppress(OSError):
            return place.stat().st_uid
    return os.geteuid()


def is_mine(path: Path) -> bool:
    """Whether I am the user a file belongs to, or root."""
    return os.geteuid() in (0, owner(path))
