"""sink PORT [FILE]: as sink.c, for machines without a C compiler."""

import json
import mmap
import socket
import sys
import time

buffer = memoryview(bytearray(256 * 1024))
expected = None
if len(sys.argv) > 2:
    with open(sys.argv[2], "rb") as file:
        expected = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096)
while True:
    connection, _ = listener.accept()
    accepted, size, reset, same = time.monotonic(), 0, False, True
    try:
        while got := connection.recv_into(buffer):
            if expected:
                same = same and expected[size : size + got] == buffer[:got]
            size += got
    except ConnectionResetError:
        reset = True
    ended = time.monotonic()
    connection.close()
    facts = dict(bytes=size, reset=reset, same=same, acceptedAt=accepted, endedAt=ended)
    print(json.dumps(facts), flush=True)
