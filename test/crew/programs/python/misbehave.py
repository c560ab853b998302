"""test/fixtures/misbehave.ts, in Python."""

import os
import random
import subprocess
import sys
import time

from rxboss import serve, worker


class Unrebuildable(Exception):
    def __init__(self):
        super().__init__('it is odd')
        self.code = 'E_ODD'
        self.details = {'rows': [1, 2]}


def parse(text):
    return text


@worker(setup=random.random)
def misbehave(act, ms=20, *, task):
    if act == 'exit0':
        sys.exit(0)
    if act == 'exit3':
        os._exit(3)
    if act == 'allocate':
        kept = []
        while True:
            kept.append(bytearray(os.urandom(1 << 20)))
    if act in ('loop', 'ignore'):
        while True:
            pass
    if act == 'obey':
        while not task.sleep(10):
            pass
        task.report('cleaned up')
        task.check()
    if act == 'returnFunction':
        return {'rows': [{'fine': 1}, {'handler': parse}]}
    if act == 'noteFunction':
        task.report({'progress': parse})
    if act == 'throwWithFunction':
        error = TypeError('with a function')
        error.helper, error.code = parse, 'E_FN'
        raise error
    if act == 'throwClass':
        raise Unrebuildable() from TypeError('deep down')
    if act in ('throwOne', 'throwUndefined'):
        raise 1
    if act == 'notes':
        for note in [0, '', False]:
            task.report(note)
        return None
    if act == 'printMuch':
        for _ in range(100):
            print('x' * 99_999)
        return 'printed'
    if act == 'native':
        subprocess.run(['sleep', '30'])
        return 'slept'
    if act == 'nap':
        time.sleep(ms / 1000)
        return 'rested'
    if act == 'where':
        return task.local
    return 'fine'


if __name__ == '__main__':
    serve()
