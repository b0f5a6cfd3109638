"""A file system that passes every call on to a directory, but for one fault: passing.py DIRECTORY MOUNTPOINT FAULT"""
import errno
import os
import re
import stat
import sys

from fusepy import FUSE, FuseOSError, Operations

root, mountpoint, fault = sys.argv[1:]
kind, _, word = fault.partition(':')
NUMBERED = re.compile(r'/\d+\.file$')


def fail():
    raise FuseOSError(getattr(errno, word))


class Passing(Operations):
    use_ns = True

    def getattr(self, path, fh=None):
        found = os.lstat(root + path) if fh is None else os.fstat(fh)
        entry = {f'st_{name}': getattr(found, f'st_{name}') for name in ('mode', 'nlink', 'size', 'uid', 'gid', 'ino')}
        for name in ('atime', 'mtime', 'ctime'):
            entry[f'st_{name}'] = getattr(found, f'st_{name}_ns')
        # As a file system that keeps no permissions reports them.
        if kind == 'chmod' and stat.S_ISREG(found.st_mode):
            entry['st_mode'] = stat.S_IFREG | 0o755
        return entry

    def readdir(self, path, fh):
        return ['.', '..', *os.listdir(root + path)]

    def chmod(self, path, mode):
        if kind == 'chmod':
            fail()
        os.chmod(root + path, mode)

    def link(self, target, source):
        if kind == 'link':
            fail()
        os.link(root + source, root + target)
        # It is made, and its answer is lost: the request that is repeated finds the name taken.
        if kind == 'linked' and NUMBERED.search(target):
            fail()

    def rename(self, old, new):
        os.rename(root + old, root + new)

    def unlink(self, path):
        os.unlink(root + path)

    def mkdir(self, path, mode):
        os.mkdir(root + path, mode)

    def rmdir(self, path):
        os.rmdir(root + path)

    def statfs(self, path):
        found = os.statvfs(root)
        names = ('bavail', 'bfree', 'blocks', 'bsize', 'favail', 'ffree', 'files', 'flag', 'frsize', 'namemax')
        space = {f'f_{name}': getattr(found, f'f_{name}') for name in names}
        # How much to write at once, which is not the unit of the other figures.
        if kind == 'bsize':
            space['f_bsize'] = 1 << 20
        return space

    def open(self, path, flags):
        return os.open(root + path, flags)

    def create(self, path, mode, fi=None):
        return os.open(root + path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)

    def read(self, path, size, offset, fh):
        return os.pread(fh, size, offset)

    def write(self, path, data, offset, fh):
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        os.truncate(root + path if fh is None else fh, length)

    def fsync(self, path, datasync, fh):
        os.fsync(fh)

    def release(self, path, fh):
        os.close(fh)


FUSE(Passing(), mountpoint, foreground=True, nothreads=True, use_ino=True, hard_remove=True)
