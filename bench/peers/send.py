"""send PORT FILE (sendall | sendfile): the client in Python. Status 0 once the FIN came."""

import socket
import sys

BUFFER = 1024 * 1024

port, path, way = sys.argv[1:4]
with socket.create_connection(("127.0.0.1", int(port))) as connection:
    if way == "sendfile":
        with open(path, "rb") as file:
            connection.sendfile(file)
    else:
        buffer = memoryview(bytearray(BUFFER))
        with open(path, "rb", buffering=0) as file:
            while got := file.readinto(buffer):
                connection.sendall(buffer[:got])
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1):
        sys.exit("the receiver answered")
