#!/usr/bin/env python3
"""Smooths a field: each point becomes the mean of itself and its neighbours, so many times. With numpy, or without."""

from rxboss import serve, worker

try:
    import numpy
except ImportError:
    numpy = None


def with_numpy(field):
    edged = numpy.pad(field, 1, mode='edge')
    return (edged[1:-1, 1:-1] + edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 5


def by_hand(field):
    rows, columns = len(field), len(field[0])
    at = lambda i, j: field[min(max(i, 0), rows - 1)][min(max(j, 0), columns - 1)]
    near = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
    return [[sum(at(i + a, j + b) for a, b in near) / 5 for j in range(columns)] for i in range(rows)]


@worker
def smooth(field, passes: int = 10, *, task):
    """Smooths a field of numbers."""
    out = field if numpy else field.tolist()
    for done in range(passes):
        out = with_numpy(out) if numpy else by_hand(out)
        task.report({'done': done + 1, 'total': passes})
        task.check()
    return out


if __name__ == '__main__':
    serve()
