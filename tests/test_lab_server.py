"""The server extension: a kernel's websocket sends at once."""

from __future__ import annotations

import asyncio

import pytest

from nuwidgets import lab_server


def test_websockets_are_opened_without_delay(monkeypatch):
    websocket = pytest.importorskip("jupyter_server.services.kernels.websocket")
    opened = []

    async def was(handler, kernel_id):
        opened.append((kernel_id, handler.nodelay))

    class Handler:
        nodelay = False

        def set_nodelay(self, value):
            self.nodelay = value

    monkeypatch.setattr(websocket.KernelWebsocketHandler, "open", was)
    lab_server._load_jupyter_server_extension(None)
    asyncio.run(websocket.KernelWebsocketHandler.open(Handler(), "k1"))
    assert opened == [("k1", True)]
    assert lab_server._jupyter_server_extension_points() == [{"module": "nuwidgets.lab_server"}]
