"""hold PORT COUNT: as hold.c, for machines without a C compiler."""

import json
import selectors
import socket
import sys
import time

port, count = map(int, sys.argv[1:3])
selector = selectors.DefaultSelector()
for _ in range(count):
    connection = socket.create_connection(("127.0.0.1", port))
    selector.register(connection, selectors.EVENT_READ, time.monotonic())
selector.register(sys.stdin, selectors.EVENT_READ, None)
print(json.dumps(dict(open=count)), flush=True)

fins, resets, ages = 0, 0, []
while True:
    for key, _ in selector.select():
        if key.data is None:
            sys.exit()
        try:
            if key.fileobj.recv(1):
                continue
            fins += 1
        except ConnectionResetError:
            resets += 1
        ages.append(round(time.monotonic() - key.data, 3))
        selector.unregister(key.fileobj)
        key.fileobj.close()
        if len(ages) == count:
            facts = dict(fins=fins, resets=resets, first=min(ages), last=max(ages))
            print(json.dumps(facts), flush=True)
