"""load PORTS SENDERS COUNT SIZE FILE [together]: as load.c, for machines without a C compiler."""

import json
import os
import selectors
import socket
import sys
import time

TURN = 256 * 1024
PATIENCE = 30

ports = [int(port) for port in sys.argv[1].split(",")]
senders, count, size = map(int, sys.argv[2:5])
source = os.open(sys.argv[5], os.O_RDONLY)
together = len(sys.argv) > 6
selector = selectors.DefaultSelector()
done, trouble = 0, ""


class Sender:
    """One of SENDERS: its files are `file` to `last`."""

    def __init__(self, number):
        self.port = ports[min(number, len(ports) - 1)]
        self.file, self.last = number * count, (number + 1) * count
        self.socket = None

    def open(self, wait=False):
        self.at = self.file * size
        self.end = self.at + size
        self.socket = socket.socket()
        self.socket.setblocking(wait)
        # Whether the call was answered shows with the first bytes.
        self.socket.connect_ex(("127.0.0.1", self.port))
        self.socket.setblocking(False)

    def watch(self):
        selector.register(self.socket, selectors.EVENT_WRITE, self)

    def turn(self):
        global done
        if self.at < self.end:
            left = min(self.end - self.at, TURN)
            self.at += os.sendfile(self.socket.fileno(), source, self.at, left)
            if self.at == self.end:
                self.socket.shutdown(socket.SHUT_WR)
                selector.modify(self.socket, selectors.EVENT_READ, self)
        elif not self.socket.recv(4096):
            done += 1
            self.next()

    def next(self):
        selector.unregister(self.socket)
        self.socket.close()
        self.file += 1
        if self.file < self.last:
            self.open()
            self.watch()


everyone = [Sender(number) for number in range(senders)]
started = time.monotonic()
for sender in everyone:
    sender.open(wait=together)
    if not together:
        sender.watch()
if together:
    started = time.monotonic()
    for sender in everyone:
        sender.watch()

while selector.get_map():
    ready = selector.select(PATIENCE)
    if not ready:
        trouble = "nothing moves"
        break
    for key, _ in ready:
        try:
            key.data.turn()
        except BlockingIOError:
            pass
        except OSError as error:
            trouble = error.strerror or str(error)
            key.data.next()

failed = senders * count - done
print(json.dumps(dict(startedAt=started, endedAt=time.monotonic(), done=done, failed=failed, trouble=trouble)))
