"""Follows the events of a Hale that is killed and started again, and prints the id of each.

usage: follow.py PORT
"""
import json
import sys
import time

from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect

held = "0"
while True:
    try:
        with connect(f"ws://127.0.0.1:{sys.argv[1]}/ws", open_timeout=10) as client:
            client.send(json.dumps({"type": "subscribe", "after": held}))
            for message in client:
                message = json.loads(message)
                if message["type"] == "event":
                    held = message["event"]["id"]
                    print(held, flush=True)
    except (OSError, WebSocketException, InvalidHandshake):
        time.sleep(0.01)
