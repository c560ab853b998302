#!/usr/bin/env python3
"""Smooths a row of numbers: what the command line is tried with."""

from rxboss import serve, worker


@worker(version='1')
def smooth(field: list, radius: int = 1, *, task):
    """Smooths a row of numbers."""
    print('smoothing', len(field))
    task.report({'done': len(field), 'total': len(field)})
    rows = [field[max(0, i - radius):i + radius + 1] for i in range(len(field))]
    return [sum(row) / len(row) for row in rows]


if __name__ == '__main__':
    serve()
