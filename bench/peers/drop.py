"""drop PORT DIR [fsync]: the server as Python's standard library gives it, a thread for each connection."""

import itertools
import mmap
import os
import socket
import sys
import threading

BUFFER = 256 * 1024


def receive(connection, number):
    # Memory that is mapped, and not a bytearray, so that a silent connection does not hold it.
    buffer = memoryview(mmap.mmap(-1, BUFFER))
    got = connection.recv_into(buffer)
    temporary = f"{directory}/.{number}"
    with connection, open(temporary, "wb", buffering=0) as file:
        while got:
            file.write(buffer[:got])
            got = connection.recv_into(buffer)
        if fsync:
            os.fdatasync(file.fileno())
        os.rename(temporary, f"{directory}/{number}.file")
        if fsync:
            os.fsync(directory_fd)


port, directory = int(sys.argv[1]), sys.argv[2]
fsync = "fsync" in sys.argv[3:]
directory_fd = os.open(directory, os.O_DIRECTORY)
threading.stack_size(BUFFER)
listener = socket.create_server(("127.0.0.1", port), backlog=4096)
for number in itertools.count(1):
    connection, _ = listener.accept()
    threading.Thread(target=receive, args=(connection, number), daemon=True).start()
