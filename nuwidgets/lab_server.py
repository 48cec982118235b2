"""A small extension of the Jupyter server: live panels answer without waiting for a full packet.

Small messages of a kernel are held back by TCP until the browser has acknowledged the last one
(Nagle's algorithm), some 40 ms; a region that is dragged feels it. ``nuwidgets lab`` switches this
off for its own server; on others: ``jupyter server extension enable nuwidgets.lab_server``.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nuwidgets.lab_server"}]


def _load_jupyter_server_extension(_app: Any) -> None:
    """Let every kernel's websocket send at once; called by the Jupyter server as it starts."""
    from jupyter_server.services.kernels import websocket

    handlers: Any = websocket.KernelWebsocketHandler
    opened = handlers.open

    async def open_at_once(handler: Any, kernel_id: str) -> None:
        handler.set_nodelay(True)
        await opened(handler, kernel_id)

    handlers.open = open_at_once
