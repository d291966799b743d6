"""Talks to /ws of a running Hale by the rules of RFC 6455 and against them.

usage: protocol.py PORT
"""
import base64
import json
import os
import socket
import struct
import sys
import urllib.request

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

port = int(sys.argv[1])
url = f"ws://127.0.0.1:{port}/ws"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
problems = []


def expect(name, found, expected):
    print(f"{name}: {found}")
    if found != expected:
        problems.append(f"{name}: {found}, expected {expected}")


def log():
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/healing/events?after=0&limit=10000") as answer:
        return json.load(answer)["items"]


def ask(client, **request):
    client.send(json.dumps({"type": "subscribe", **request}))
    return json.loads(client.recv(timeout=30))


def code(client):
    """Reads until the connection is closed; the code of that."""
    try:
        while True:
            client.recv(timeout=30)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


# Everything from the beginning is the log itself.
events = log()
with connect(url) as client:
    expect("the answer to a subscription", ask(client, after="0"), {"type": "subscribed", "after": "0"})
    got = [json.loads(client.recv(timeout=30)) for _ in events]
    expect("the whole log", [message["event"] for message in got] == events, True)
    expect("their type", {message["type"] for message in got}, {"event"})
with connect(url) as client:
    middle = events[len(events) // 2]["id"]
    ask(client, after=middle)
    rest = [event for event in events if int(event["id"]) > int(middle)]
    got = [json.loads(client.recv(timeout=30))["event"] for _ in rest]
    expect("from the middle on", got == rest, True)
with connect(url) as client:
    ask(client, after="0", kind="state_changed", component="web")
    wanted = [e for e in events if e["kind"] == "state_changed" and e.get("component_id") == "web"]
    got = [json.loads(client.recv(timeout=30))["event"] for _ in wanted]
    expect("filtered", got == wanted and len(wanted) > 0, True)
    expect("a ping is answered", client.ping().wait(30), True)
    client.close(1000, "done")
    expect("an answered close", client.close_code, 1000)

# A message in fragments, with a ping between them.
with connect(url) as client:
    text = json.dumps({"type": "subscribe", "after": "0"})
    client.send(iter([text[:5], text[5:12], text[12:]]))
    expect("fragments", json.loads(client.recv(timeout=30))["type"], "subscribed")

# What is not understood is told, and ends the connection.
for name, message in [
    ("no JSON", "garbage"), ("no object", "[1]"), ("no type", "{}"), ("another type", '{"type": "shout"}'),
    ("an unknown key", '{"type": "subscribe", "from": "0"}'), ("a number", '{"type": "subscribe", "after": 5}'),
    ("no event id", '{"type": "subscribe", "after": "x"}'), ("no kind", '{"type": "subscribe", "kind": "x"}'),
    ("no component id", '{"type": "subscribe", "component": "a b"}'), ("deep", "[" * 8000 + "]" * 8000),
]:
    with connect(url) as client:
        client.send(message)
        expect(f"{name}: told", json.loads(client.recv(timeout=30))["type"], "error")
        expect(f"{name}: closed", code(client), 1008)
with connect(url) as client:
    ask(client)
    expect("a second subscription", ask(client)["type"], "error")
    expect("a second subscription: closed", code(client), 1008)
for name, message, expected in [
    ("binary", b"\x00\x01", 1003), ("too large", "x" * 20_000, 1009), ("too large in fragments", ["x" * 9_000] * 3, 1009),
    ("too many fragments", ["x"] * 200, 1009),
]:
    with connect(url) as client:
        try:
            client.send(iter(message) if isinstance(message, list) else message)
        except ConnectionClosed:
            pass
        expect(name, code(client), expected)


# What a well-behaved library can't send.
def read(peer, count):
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            return data
        data += more
    return data


def open_raw(headers=(), version="13", key=None):
    peer = socket.create_connection(("127.0.0.1", port), timeout=60)
    key = base64.b64encode(os.urandom(16)).decode() if key is None else key
    lines = [
        "GET /ws HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Version: {version}", *headers, "", "",
    ]
    peer.sendall("\r\n".join(lines).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        more = peer.recv(1)
        if not more:
            break
        head += more
    return peer, head.decode()


def frame(opcode, data=b"", final=True, masked=True, reserved=0):
    length = len(data)
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    size = length if length < 126 else 126 if length < 65_536 else 127
    head += bytes([(0x80 if masked else 0) | size])
    head += struct.pack("!H", length) if size == 126 else struct.pack("!Q", length) if size == 127 else b""
    if not masked:
        return head + data
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


def raw_close(peer):
    """The code of the close frame that comes."""
    while True:
        head = read(peer, 2)
        if len(head) < 2:
            return None
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack("!H", read(peer, 2))[0]
        elif length == 127:
            length = struct.unpack("!Q", read(peer, 8))[0]
        data = read(peer, length)
        if head[0] & 0x0F == CLOSE:
            return struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 0


for name, sent, expected in [
    ("not masked", frame(TEXT, b"{}", masked=False), 1002), ("a reserved bit", frame(TEXT, b"{}", reserved=4), 1002),
    ("an unknown opcode", frame(3, b"x"), 1002), ("a fragment of nothing", frame(0, b"x"), 1002),
    ("a message within another", frame(TEXT, b"x", final=False) + frame(TEXT, b"y"), 1002),
    ("a ping in fragments", frame(PING, b"x", final=False), 1002), ("a long ping", frame(PING, b"x" * 200), 1002),
    ("not UTF-8", frame(TEXT, b"\xff\xfe"), 1007), ("a length of 2^62", bytes([0x81, 0xFF]) + struct.pack("!Q", 2**62), 1009),
    ("a close with no code", frame(CLOSE), 0), ("a close with one byte", frame(CLOSE, b"\x03"), 1002),
    ("a close with code 1005", frame(CLOSE, struct.pack("!H", 1005)), 1002),
    ("a close with code 4000", frame(CLOSE, struct.pack("!H", 4000) + b"why"), 4000),
]:
    peer, _ = open_raw()
    peer.sendall(sent)
    expect(name, raw_close(peer), expected)
    expect(f"{name}: the end", read(peer, 1), b"")
    peer.close()

# What does not become a WebSocket is answered all the same.
def status(headers, origin=None):
    try:
        with connect(url, additional_headers=headers, origin=origin):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


expect("another page", status({}, "https://evil.example"), 403)
expect("its own page", status({}, f"http://127.0.0.1:{port}"), 101)
expect("a wrong token", status({"Authorization": "Bearer wrong-token-0123456789"}), 401)
expect("a token for reading", status({"Authorization": "Bearer a-reader-of-the-tests"}), 101)
expect("a token for heartbeats, relayed", status({"Authorization": "Bearer a-beater-of-the-tests", "X-Forwarded-For": "192.0.2.1"}), 403)
expect("relayed", status({"X-Forwarded-For": "192.0.2.1"}), 401)
peer, head = open_raw(version="12")
expect("another version", head.split()[1], "426")
for name, key in [("no base64", "x"), ("15 bytes", base64.b64encode(bytes(15)).decode()),
                  ("17 bytes", base64.b64encode(bytes(17)).decode()), ("nothing", "")]:
    peer, head = open_raw(key=key)
    expect(f"a key of {name}", head.split()[1], "426")
    peer.close()


def answer(text):
    peer = socket.create_connection(("127.0.0.1", port), timeout=60)
    peer.sendall(text.encode())
    data = b""
    while more := peer.recv(65_536):
        data += more
    return data.decode()


plain = f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
expect("no upgrade", answer(f"GET /ws HTTP/1.1\r\n{plain}\r\n").split()[1], "426")
asked = f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 8\r\n"
expect("another version is named", "version 13, not 8" in answer(f"GET /ws HTTP/1.1\r\n{asked}\r\n"), True)
upgraded = f"Host: 127.0.0.1:{port}\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n"
expect("h2c", answer(f"GET /health HTTP/1.1\r\n{upgraded}\r\n").split()[1], "200")
expect("an unknown host", answer("GET /ws HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").split()[1], "421")
expect("garbage", answer("\x01\x02garbage\r\n\r\n").split()[1], "400")

print(f"{len(problems)} problems")
print("\n".join(problems))
sys.exit(1 if problems else 0)
