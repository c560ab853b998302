"""Does as little as can be done, or answers with 1 MB."""

from rxboss import serve, worker

TEXT = 'x' * 1_000_000
BYTES = bytes(1_000_000)


@worker
def empty(n):
    return n


@worker(name='text')
def answer_text(n):
    return TEXT


@worker(name='bytes')
def answer_bytes(n):
    return BYTES


@worker(name='array')
def answer_array(n):
    import numpy

    return numpy.zeros(125_000)


if __name__ == '__main__':
    serve()
