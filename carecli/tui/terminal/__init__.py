"""The terminal itself: input, screen buffer, clipboard, notifications, the first page.

This is the only package that uses private names of Textual and rich. It relies on these; a test
(`tests/tui/test_textual_contract.py`) fails when a new version changes one of them.

Painting only what changed (`screen_buffer`, `terminal_app`):
- `App._display(screen, renderable)` is called with everything that is sent to the terminal, and
  does nothing while `App._batch_count` is not 0. A `CompositorUpdate` is written as what its
  `render_segments(console)` returns.
- `LayoutUpdate` has `strips` and `region`; `ChopsUpdate` has `chops`, `spans` and `chop_ends`.
  Both hold `Strip`s at places of the screen.
- `Widget._styles_cache.set_dirty(region)` makes the lines of a region be rendered again.
- `ScrollView._scroll_update(virtual_size)` moves the scroll bars, and lays nothing out (`lines`).
- `Console._color_system` is the colour system that styles are written in.

Counting cells as the terminal does (`screen_buffer`):
- `rich.cells.load_cell_table(version)` gives the table that `get_character_cell_size` and
  `cached_cell_len` count by, whose results are cached. `rich._unicode_data.load()` is rich's own.

Taking over the terminal (`prepainted_driver`, `driver`):
- `App._driver` is the driver, with `write(data)` and `flush()`; None before the start.
- `LinuxDriver` writes to `_file`, knows its application as `_app` and `_debug`, and measures by
  `_get_terminal_size()`. `run_input_thread()` reads `fileno` until `exit_event` is set, and hands
  events to `process_message`; `disable_input()` waits for that thread.
- `XTermParser(debug)` turns input into events by `feed(text)` and `tick()`.

Handing out keys (`terminal_app`):
- `App._handle_exception(error)` ends the application with an error, as one in a handler would.
"""
