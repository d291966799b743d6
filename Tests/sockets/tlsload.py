"""Asks a Hale over TLS all the time, over kept connections and over new ones, and prints the name in the certificate that
it is shown each time it is another one than before. Ends with 1 at the first request that fails, and with 0 when its standard input would: when
the file STOP is there.

usage: tlsload.py PORT STOP
"""
import os
import socket
import ssl
import sys
import threading

port, stop = int(sys.argv[1]), sys.argv[2]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
request = f"GET /ready HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
failures = []


def name(connection):
    der = connection.getpeercert(binary_form=True)
    return next((word for word in ("hale-first", "hale-second") if word.encode() in der), "?")


def ask(connection):
    connection.sendall(request)
    data = b""
    while b"}" not in data:
        more = connection.recv(65_536)
        if not more:
            raise OSError("closed")
        data += more
    if not data.startswith(b"HTTP/1.1 200"):
        raise OSError(data[:100])


def load(is_kept, is_watching):
    """Of one that opens its connections one after the other, the names are in the order in which they were served."""
    former = None
    try:
        while not os.path.exists(stop) and not failures:
            with context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
                if is_watching and (shown := name(connection)) != former:
                    former = shown
                    print(f"shown {shown}", flush=True)
                ask(connection)
                while is_kept and not os.path.exists(stop) and not failures:
                    ask(connection)
    except OSError as error:
        failures.append(f"{'kept' if is_kept else 'new'}: {error}")


threads = [threading.Thread(target=load, args=(index % 2 == 0, index == 1)) for index in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("\n".join(failures) or "all answered", flush=True)
sys.exit(1 if failures else 0)
