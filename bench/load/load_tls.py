"""
load_tls PORTS SENDERS COUNT SIZE FILE: as load.c, but over TLS, and with a thread for each sender.

OpenSSL encrypts outside of Python's lock, so the threads use all cores. The session of a sender is resumed by its next file.
"""

import json
import mmap
import os
import socket
import ssl
import sys
import threading
import time

CHUNK = 1024 * 1024

ports = [int(port) for port in sys.argv[1].split(",")]
senders, count, size = map(int, sys.argv[2:5])
source = os.open(sys.argv[5], os.O_RDONLY)
memory = memoryview(mmap.mmap(source, 0, prot=mmap.PROT_READ))
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
done, trouble = [], []


def send(port, number, session):
    raw = socket.create_connection(("127.0.0.1", port))
    with context.wrap_socket(raw, session=session) as connection:
        for at in range(number * size, (number + 1) * size, CHUNK):
            connection.sendall(memory[at : min(at + CHUNK, (number + 1) * size)])
        try:
            connection.unwrap().close()
        except ssl.SSLEOFError:
            pass  # A FIN without close_notify.
        done.append(number)
        return connection.session


def send_all(number):
    session = None
    for file in range(number * count, (number + 1) * count):
        try:
            session = send(ports[min(number, len(ports) - 1)], file, session)
        except OSError as error:
            trouble.append(error.strerror or str(error))


threads = [threading.Thread(target=send_all, args=(number,)) for number in range(senders)]
started = time.monotonic()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ended = time.monotonic()
failed = senders * count - len(done)
print(json.dumps(dict(startedAt=started, endedAt=ended, done=len(done), failed=failed, trouble="; ".join(trouble[:3]))))
