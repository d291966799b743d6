"""Subscribes, to the events of one component where it is given, says so, and prints with which code the connection is closed.

usage: ended.py PORT [TOKEN [COMPONENT]]
"""
import json
import sys

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

headers = {"Authorization": f"Bearer {sys.argv[2]}"} if len(sys.argv) > 2 else {}
with connect(f"ws://127.0.0.1:{sys.argv[1]}/ws", additional_headers=headers) as client:
    client.send(json.dumps({"type": "subscribe", **({"component": sys.argv[3]} if len(sys.argv) > 3 else {})}))
    print(json.loads(client.recv())["type"], flush=True)
    try:
        while True:
            client.recv()
    except ConnectionClosed as closed:
        print(f"closed {closed.rcvd.code if closed.rcvd else None}", flush=True)
