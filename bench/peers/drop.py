"""
drop PORT DIR [into] [fsync] [sha256] [tls=CERT,KEY]: the server as Python's standard library gives it, a thread for each
connection.

Reads the way it is mostly written, into new memory each time, or always `into` the same. With `sha256`, it answers
each file with its length and its hash.
"""

import hashlib
import itertools
import mmap
import os
import socket
import ssl
import sys
import threading

CHUNK = 256 * 1024
BUFFER = 1024 * 1024


def chunks(connection):
    if into:
        # Memory that is mapped, and not a bytearray, so that a silent connection does not hold it.
        buffer = memoryview(mmap.mmap(-1, BUFFER))
        while got := connection.recv_into(buffer):
            yield buffer[:got]
    else:
        while chunk := connection.recv(CHUNK):
            yield chunk


def hashed(source, digest):
    for chunk in source:
        digest.update(chunk)
        yield chunk


def receive(connection, number):
    if context:
        connection = context.wrap_socket(connection, server_side=True)
    digest = hashlib.sha256()
    source = hashed(chunks(connection), digest) if sha256 else chunks(connection)
    first = next(source, b"")
    temporary = f"{directory}/.{number}"
    with connection, open(temporary, "wb", buffering=0) as file:
        file.write(first)
        for chunk in source:
            file.write(chunk)
        if fsync:
            os.fdatasync(file.fileno())
        os.rename(temporary, f"{directory}/{number}.file")
        if fsync:
            os.fsync(directory_fd)
        if sha256:
            connection.sendall(f"OK {number} {file.tell()} {digest.hexdigest()}\n".encode())
        if context:
            connection.unwrap().close()


port, directory = int(sys.argv[1]), sys.argv[2]
into, fsync, sha256 = (word in sys.argv[3:] for word in ("into", "fsync", "sha256"))
files = next((word[4:].split(",") for word in sys.argv[3:] if word.startswith("tls=")), None)
context = None
if files:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
directory_fd = os.open(directory, os.O_DIRECTORY)
threading.stack_size(256 * 1024)
listener = socket.create_server(("127.0.0.1", port), backlog=4096)
for number in itertools.count(1):
    connection, _ = listener.accept()
    threading.Thread(target=receive, args=(connection, number), daemon=True).start()
