"""meter COMMAND [ARG…]: as meter.c, for machines without a C compiler.

The peak of small programs is that of this interpreter, which they are forked from.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time

REPORT = 3
PR_SET_PDEATHSIG = 1


def report(**facts):
    os.write(REPORT, (json.dumps(facts) + "\n").encode())


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# Nothing that is measured outlives the benchmark.
die_with_parent()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

started = time.monotonic()
pid = os.fork()
if pid == 0:
    die_with_parent()
    os.close(REPORT)
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    finally:
        os._exit(127)
report(pid=pid, startedAt=started)

_, status, used = os.wait4(pid, 0)
report(
    code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
    signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
    startedAt=started,
    endedAt=time.monotonic(),
    cpu=used.ru_utime + used.ru_stime,
    peakKiB=used.ru_maxrss,
)
