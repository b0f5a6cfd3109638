"""
drop PORT DIR [into] [fsync]: the server as Python's standard library gives it, a thread for each connection.

Reads the way it is mostly written, into new memory each time, or always `into` the same.
"""

import itertools
import mmap
import os
import socket
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


def receive(connection, number):
    source = chunks(connection)
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


port, directory = int(sys.argv[1]), sys.argv[2]
into, fsync = "into" in sys.argv[3:], "fsync" in sys.argv[3:]
directory_fd = os.open(directory, os.O_DIRECTORY)
threading.stack_size(256 * 1024)
listener = socket.create_server(("127.0.0.1", port), backlog=4096)
for number in itertools.count(1):
    connection, _ = listener.accept()
    threading.Thread(target=receive, args=(connection, number), daemon=True).start()
