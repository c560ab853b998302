"""The workers of test/fixtures/basic.ts, in Python."""

import os
import threading
import time

from rxboss import serve, worker


@worker
def plusOne(n):
    return n + 1


@worker
def echo(value=None):
    return value


@worker
def whole(a, b):
    return '%s%s' % (a, b)


@worker
def whoAmI(*, task):
    return {'id': task.id, 'name': task.name, 'attempt': task.attempt, 'ticket': task.ticket, 'binding': task.binding()}


@worker
def gated(shared, n):
    with open(os.path.join(shared, str(n)), 'a') as count:
        count.write('.')
    while not os.path.exists(os.path.join(shared, 'open')):
        time.sleep(0.002)
    return n


class Refusal(Exception):
    code = None

    def __init__(self, message):
        super().__init__(message)
        self.code = 'E_REFUSED'


class NonError(Exception):
    """What stands in other languages for what is no error."""


@worker
def thrower(how):
    if how == 'class':
        raise Refusal('no') from TypeError('why not')
    if how == 'undefined':
        raise NonError('undefined')
    if how == 'rejects':
        raise SyntaxError('later')
    if how == 'field':
        error = ValueError('with a field')

        def fn():
            return 1

        error.fn = fn
        raise error
    return how


@worker
def obedient(*, task):
    task.report('waiting')
    while not task.sleep(10):
        pass
    task.report('cleaned up')
    if task.reason == 'gently':
        return 'obeyed'
    raise type(task.reason_name, (Exception,), {})(task.reason)


def listed(notes):
    yield from notes
    return 'end'


@worker
def noting(notes, how, *, task):
    if how == 'report':
        for note in notes:
            task.report(note)
    if how in ('generator', 'async generator'):
        return listed(notes)
    if how == 'watchable':
        for note in notes:
            task.report(note)
        return notes[-1]
    return 'end'


@worker
def lateNote(*, task):
    threading.Timer(0.02, task.report, ['too late']).start()
    return 'done'


setups = 0


def prepare(ticket):
    global setups
    setups += 1
    return {'setups': setups, 'ticket': ticket}


@worker(setup=prepare, teardown=lambda local: print('torn down'))
def prepared(*, task):
    return '%d on %d' % (task.local['setups'], task.local['ticket'])


attempts = 0


def late(ticket):
    global attempts
    attempts += 1
    if attempts == 1:
        raise RuntimeError('not yet')
    return 'prepared'


@worker(setup=late)
def unprepared(*, task):
    return task.local


@worker
def busy(ms):
    until = time.monotonic() + ms / 1000
    while time.monotonic() < until:
        pass
    return ms


if __name__ == '__main__':
    serve()
