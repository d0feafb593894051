"""What the screen relies on in Textual and rich beyond their public interfaces.

The contract is written down in `carecli/tui/terminal/__init__.py`.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import rich.cells
from rich._unicode_data import load
from rich.cells import CellTable
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

import carecli.tui

FOLDER = Path(carecli.tui.__file__).parent
ALLOWED = "terminal"

SIGNATURES: dict[Callable[..., object], list[str]] = {
    App._display: ["self", "screen", "renderable"],
    App._handle_exception: ["self", "error"],
    LayoutUpdate.__init__: ["self", "strips", "region"],
    ChopsUpdate.__init__: ["self", "chops", "spans", "chop_ends"],
    CompositorUpdate.render_segments: ["self", "console"],
    StylesCache.set_dirty: ["self", "regions"],
    Widget._scroll_update: ["self", "virtual_size"],
    XTermParser.__init__: ["self", "debug"],
    XTermParser.feed: ["self", "data"],
    XTermParser.tick: ["self"],
    LinuxDriver.run_input_thread: ["self"],
    LinuxDriver.disable_input: ["self"],
    LinuxDriver.start_application_mode: ["self"],
    LinuxDriver.write: ["self", "data"],
    LinuxDriver._get_terminal_size: ["self"],
    LinuxDriver.process_message: ["self", "message"],
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_a_private_function_takes_what_it_took(function: Callable[..., object]) -> None:
    assert list(inspect.signature(function).parameters) == SIGNATURES[function]


def test_updates_have_the_fields_that_are_read() -> None:
    layout = inspect.getsource(LayoutUpdate.__init__)
    chops = inspect.getsource(ChopsUpdate.__init__)
    assert all(f"self.{name}" in layout for name in ("strips", "region"))
    assert all(f"self.{name}" in chops for name in ("chops", "spans", "chop_ends"))


def test_the_application_has_what_is_read_of_it() -> None:
    app = App[None]()
    assert app._batch_count == 0
    assert app._driver is None
    assert "_batch_count" in inspect.getsource(App._display)
    assert "CompositorUpdate" in inspect.getsource(App._display)
    assert isinstance(Widget()._styles_cache, StylesCache)


def test_the_driver_has_what_is_read_of_it() -> None:
    async def missing() -> list[str]:
        driver = LinuxDriver(App[None](), size=(80, 24))
        names = ("_file", "_app", "_debug", "fileno", "exit_event")
        return [name for name in names if not hasattr(driver, name)]

    assert asyncio.run(missing()) == []
    assert "run_input_thread" in inspect.getsource(LinuxDriver)


def test_rich_counts_cells_by_a_table_that_can_be_replaced() -> None:
    assert isinstance(load(), CellTable)
    assert CellTable._fields == ("unicode_version", "widths", "narrow_to_wide")
    assert callable(vars(rich.cells)["load_cell_table"])
    for cached in (rich.cells.get_character_cell_size, rich.cells.cached_cell_len):
        assert callable(cached.cache_clear)
    assert hasattr(Console(), "_color_system")


def private_uses(source: str) -> list[str]:
    """Private modules imported, and private attributes of other objects, in a file."""
    uses: list[str] = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        uses += [one for one in names if one.startswith(("textual.", "rich.")) and "._" in one]
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            is_own = ast.unparse(node.value) in ("self", "cls", "super()")
            if not is_own and not node.attr.startswith("__"):
                uses.append(f"line {node.lineno}: {ast.unparse(node)}")
    return uses


def test_only_the_package_of_the_terminal_uses_private_names() -> None:
    found = {
        str(path.relative_to(FOLDER)): uses
        for path in sorted(FOLDER.rglob("*.py"))
        if path.parent.name != ALLOWED and (uses := private_uses(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source", ["from textual._compositor import X", "import rich._cells", "app._driver.write(x)"]
)
def test_the_scan_sees_private_names(source: str) -> None:
    assert private_uses(source)


def test_no_class_replaces_a_private_name_of_textual_by_accident() -> None:
    """A method or field of ours with a private name of Textual's would change what Textual does."""
    for module in walk_packages(carecli.tui.__path__, "carecli.tui."):
        import_module(module.name)
    replaced = {
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in _subclasses(MessagePump)
        if kind.__module__.startswith("carecli.") and ".terminal." not in kind.__module__
        for name in _private_names(kind)
        if any(name in _private_names(base) for base in kind.__mro__ if _is_textual(base))
    }
    assert replaced == set()


def _subclasses(kind: type) -> set[type]:
    direct: set[type] = set(kind.__subclasses__())
    return direct.union(*map(_subclasses, direct)) if direct else direct


def _is_textual(kind: type) -> bool:
    return kind.__module__.startswith("textual.")


@cache
def _private_names(kind: type) -> set[str]:
    """Private methods of a class, and private fields, as its own source has them."""
    own: set[str] = set()
    for node in ast.walk(_tree(kind)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            own.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own |= {node.attr} if ast.unparse(node.value) == "self" else set()
    return {name for name in own if name.startswith("_") and not name.startswith("__")}


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text("utf-8"))


def _tree(kind: type) -> ast.AST:
    """The class statement of a class."""
    source = _parsed(inspect.getfile(kind))
    found = [
        node
        for node in ast.walk(source)
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    ]
    return found[0] if found else source


def test_a_screen_is_among_the_classes_looked_at() -> None:
    assert any(issubclass(kind, Screen) for kind in _subclasses(MessagePump))
