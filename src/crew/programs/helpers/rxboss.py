"""Workers for rxboss, in Python: one file, standard library only, Python 3.8 or newer.

    from rxboss import serve, worker

    @worker
    def smooth(field: list, radius: int = 1, *, task):
        task.report({'done': 0, 'total': len(field)})
        return [sum(field[max(0, i - radius):i + radius + 1]) for i in range(len(field))]

    if __name__ == '__main__':
        serve()

The work returns its result, or is a generator: what it yields are interim reports, what it returns is the result. It gets
`task` if it has a parameter of that name. What it prints is a line of its log; stdin and stdout are the protocol's, and out
of its reach. The protocol is docs/program-protocol.md of rxboss.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import threading
from time import monotonic as _now
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, NoReturn, Optional, Tuple, overload

if TYPE_CHECKING:
    from types import FrameType

__version__ = '1'
__all__ = ['Cancelled', 'Task', 'Unserialisable', 'Worker', 'serve', 'worker']

PROTOCOL = 1
#: Arrays and bytes that are larger go through a file in the folder that both sides see.
INLINE_BYTES = 32 * 1024
#: Between two looks whether there is news from the boss, in seconds.
LOOK_EVERY = 0.001


@contextlib.contextmanager
def _environment(variables: Dict[str, str]) -> Iterator[None]:
    """Has these in `os.environ`, so that whatever the work starts finds its own part."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Cancelled(Exception):
    """Raised by `task.check()` once the work is to stop; `str()` of it is the reason."""


class Unserialisable(TypeError):
    """A result, or an interim report, has no form in the protocol; the message names the member."""


class Task:
    """What the work knows about itself besides its attributes."""

    __slots__ = ('id', 'name', 'attempt', 'ticket', 'local', 'traceparent', 'resources', 'environment', 'reason', 'reason_name',
                 '_n', '_session', '_asked', '_told')

    def __init__(self, session: '_Session', told: Dict[str, Any], local: Any) -> None:
        self.id: int = told['id']
        self.name: str = told['name']
        #: 1 the first time, more when it is repeated.
        self.attempt: int = told['attempt']
        #: The slot number of this worker.
        self.ticket: int = session.ticket
        #: What `setup` returned.
        self.local = local
        self.traceparent: Optional[str] = told.get('traceparent')
        self.resources: Dict[str, List[str]] = told.get('resources', {})
        #: The same as variables; `os.environ` has them while this is done.
        self.environment: Dict[str, str] = told.get('environment', {})
        #: Why it is cancelled, and the name of the error where the reason is one.
        self.reason: Optional[str] = None
        self.reason_name: Optional[str] = None
        self._n: int = told['n']
        self._session = session
        self._asked = False
        self._told = False

    def report(self, note: Any) -> None:
        """Sends an interim report."""
        self._session.say('{"type":"note","n":%d,"value":%s}\n' % (self._n, self._session.encode(note, 'note')))

    @property
    def cancelled(self) -> bool:
        """Whether the work is to stop. Looked at once a millisecond at most: it may be asked in a loop."""
        if not self._asked:
            if not self._told:
                self._told = True
                self._session.say('{"type":"askable","n":%d}\n' % self._n)
            self._session.look()
        return self._asked

    def check(self) -> None:
        """Raises `Cancelled` once the work is to stop."""
        if self.cancelled:
            raise Cancelled(self.reason)

    def sleep(self, seconds: float) -> bool:
        """Sleeps, and wakes up early when the work is to stop. Returns `cancelled`."""
        if not self.cancelled:
            self._session.wait(self, seconds)
        return self._asked

    def binding(self) -> List[int]:
        """The CPU numbers this worker is pinned to; empty when free."""
        try:
            own = os.sched_getaffinity(0)
        except (AttributeError, OSError):
            return []
        return [] if len(own) == os.cpu_count() else sorted(own)


class Worker:
    """A function that does instructions, under a name. Made by `@worker`; calling it calls the function."""

    def __init__(self, work: Callable[..., Any], name: Optional[str] = None, info: Optional[str] = None,
                 version: Optional[str] = None, schema: Optional[Dict[str, Any]] = None,
                 setup: Optional[Callable[..., Any]] = None, teardown: Optional[Callable[[Any], Any]] = None) -> None:
        self.work = work
        self.name: str = name or getattr(work, '__name__')
        doc = (getattr(work, '__doc__', None) or '').strip()
        self.info: str = info or (doc.splitlines()[0] if doc else '')
        self.version = version
        self.schema = schema if schema is not None else _schema_of(work)
        self.setup = setup
        self.teardown = teardown
        self.local: Any = None
        self.is_set_up = setup is None
        self.wants_task = 'task' in _parameters(work)[0]

    def set_up(self, ticket: int) -> Any:
        if self.setup is None:
            return None
        return self.setup(ticket) if _parameters(self.setup)[0] else self.setup()

    def __call__(self, *arguments: Any, **attributes: Any) -> Any:
        return self.work(*arguments, **attributes)


_workers: Dict[str, Worker] = {}


@overload
def worker(work: Callable[..., Any]) -> Worker: ...
@overload
def worker(*, name: Optional[str] = ..., info: Optional[str] = ..., version: Optional[str] = ...,
           schema: Optional[Dict[str, Any]] = ..., setup: Optional[Callable[..., Any]] = ...,
           teardown: Optional[Callable[[Any], Any]] = ...) -> Callable[[Callable[..., Any]], Worker]: ...


def worker(work: Any = None, **options: Any) -> Any:
    """Makes a worker of a function, whose parameters are its attributes.

    `name` is the function's unless given; `info` one sentence for people, the first line of its docstring unless given;
    `version` changes when the work means something else; `schema` is a JSON Schema of the attributes, made of the
    annotations unless given. `setup(ticket)` is called once before the first instruction, and what it returns is
    `task.local`; `teardown(local)` once at the end.
    """
    if work is None:
        return lambda function: worker(function, **options)
    made = Worker(work, **options)
    if made.name in _workers:
        raise ValueError('Cannot define worker "%s" twice: give one of them another name' % made.name)
    _workers[made.name] = made
    return made


def serve() -> None:
    """Does what the boss says, until it closes the program. Call it last."""
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write('%s speaks to rxboss, not to people. Try: rxboss run %s --each attribute=value\n' % (sys.argv[0], sys.argv[0]))
        sys.exit(2)
    _Session().run()


# -- the session -------------------------------------------------------------------------------------------------------


class _Session:
    def __init__(self) -> None:
        # The protocol moves to descriptors that nobody else knows: what is printed goes to the log, by C code as well.
        self.input = os.dup(0)
        self.output = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self.ticket = 0
        self.folder: Optional[str] = None
        self.files = 0
        self.shared: Dict[int, Any] = {}
        self.lines: List[bytes] = []  # read and not looked at, the next one last
        self.ahead: List[Dict[str, Any]] = []  # instructions that were read while another was at work
        self.skipped: Dict[int, Tuple[str, Optional[str]]] = {}
        self.partial = b''
        self.pending = ''  # written with whatever comes next
        self.lock = threading.RLock()
        self.task: Optional[Task] = None
        self.closing = False
        self.looked = 0.0
        self.made = 0
        self.print = _Print(self)

    def run(self) -> None:
        sys.stdout = self.print  # type: ignore[assignment]
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _terminated)
        told = [{key: value for key, value in (('name', one.name), ('version', one.version), ('info', one.info),
                                               ('schema', one.schema)) if value} for one in _workers.values()]
        self.say(json.dumps({'type': 'hello', 'protocol': PROTOCOL, 'language': 'Python',
                             'languageVersion': '%d.%d.%d' % sys.version_info[:3], 'helper': __version__,
                             'workers': told, 'accepts': ['shared', 'files']}) + '\n')
        try:
            self.loop()
        finally:
            self.print.flush()

    def loop(self) -> None:
        while True:
            self.drain()
            if self.ahead:
                self.do(self.ahead.pop(0))
                continue
            self.flush()
            if self.closing:
                return self.tear_down()
            self.read(None)

    # -- hearing ---------------------------------------------------------------------------------------------------------

    def read(self, seconds: Optional[float]) -> bool:
        """Reads what is there; waits for it for so long, or (`None`) until it comes."""
        if seconds is not None and not select.select([self.input], [], [], seconds)[0]:
            return False
        chunk = os.read(self.input, 1 << 20)
        if not chunk:
            if self.closing:
                return False
            os._exit(1)  # the boss is gone: nobody needs an answer
        if b'\n' not in chunk:
            # A line of many megabytes comes in many chunks: put together once.
            chunks = [self.partial, chunk]
            while b'\n' not in chunk:
                chunk = os.read(self.input, 1 << 20)
                if not chunk:
                    os._exit(1)
                chunks.append(chunk)
            chunk = b''.join(chunks)
        else:
            chunk = self.partial + chunk
        lines = chunk.split(b'\n')
        self.partial = lines.pop()
        self.lines.extend(lines)
        return True

    def drain(self) -> None:
        """Looks at all that is there, without waiting."""
        while True:
            if self.lines:
                lines, self.lines = self.lines, []
                for line in lines:
                    self.hear(line)
            if self.closing or not self.read(0):
                return

    def look(self) -> None:
        """Looks whether the work is to stop, not too often."""
        now = _now()
        if now - self.looked >= LOOK_EVERY and threading.current_thread() is threading.main_thread():
            self.looked = now
            self.flush()
            self.drain()

    def wait(self, task: Task, seconds: float) -> None:
        until = _now() + seconds
        self.flush()
        while not task._asked:
            left = until - _now()
            if left <= 0 or self.closing:
                if left > 0:
                    threading.Event().wait(left)
                return
            if self.read(left):
                self.drain()

    def hear(self, line: bytes) -> None:
        try:
            told = json.loads(line.decode('utf-8'))
        except (ValueError, RecursionError) as error:
            return self.misheard(line, error)
        kind = told.get('type')
        if kind == 'instruction':
            told['line'] = b'"$' in line
            self.ahead.append(told)
        elif kind == 'cancel':
            self.cancel(told)
        elif kind == 'start':
            self.ticket = told['ticket']
            self.folder = told.get('folder')
            self.say('{"type":"ready"}\n')
        elif kind == 'shared':
            self.shared[told['key']] = self.decode(told['value'])
        elif kind == 'forget':
            self.shared.pop(told['key'], None)
        elif kind == 'ping':
            self.say('{"type":"pong","n":%d}\n' % told['n'])
        elif kind == 'close':
            self.closing = True

    def misheard(self, line: bytes, error: BaseException) -> None:
        """An instruction that cannot be read is answered all the same."""
        import re

        found = re.search(rb'^\{"type":"instruction","n":(\d+)', line)
        if found is None:
            sys.stderr.write('rxboss: a line that cannot be read: %r\n' % line[:100])
            return
        n = int(found.group(1))
        self.say('{"type":"begun","n":%d}\n' % n)
        self.fail(n, 'refused', Unserialisable('attributes: they cannot be read here (%s)' % error), None)

    def cancel(self, told: Dict[str, Any]) -> None:
        n, task = told['n'], self.task
        if task is not None and task._n == n:
            task._asked, task.reason, task.reason_name = True, told.get('reason'), told.get('name')
        else:
            self.skipped[n] = (told.get('reason', ''), told.get('name'))

    # -- working ---------------------------------------------------------------------------------------------------------

    def do(self, told: Dict[str, Any]) -> None:
        n = told['n']
        if n in self.skipped:
            reason, _ = self.skipped.pop(n)
            return self.later('{"type":"failure","n":%d,"name":"Cancelled","message":%s}\n' % (n, json.dumps(reason)))
        if self.skipped:
            self.skipped = {one: why for one, why in self.skipped.items() if one > n}
        # What died while it worked is told by this line; results of before travel with it.
        self.say('{"type":"begun","n":%d}\n' % n)
        began = _now()
        try:
            one = _workers[told['worker']]
            attributes = self.attributes(told)
            if not one.is_set_up:
                one.local = one.set_up(self.ticket)
                one.is_set_up = True
            self.task = Task(self, told, one.local)
            with _environment(self.task.environment):
                result = self.perform(one, attributes, self.task)
            text = self.encode(result, 'result')
        except Exception as error:  # noqa: BLE001 - whatever the work raises is its answer
            self.task = None
            self.print.flush()
            return self.fail(n, 'unserialisable' if isinstance(error, Unserialisable) else 'threw', error, began)
        self.task = None
        self.print.flush()
        self.later('{"type":"result","n":%d,"ms":%.3f,"value":%s}\n' % (n, (_now() - began) * 1000, text))

    def attributes(self, told: Dict[str, Any]) -> Any:
        attributes = told['attributes']
        if told['line']:
            attributes = self.decode(attributes)
        shared = told.get('shared')
        if shared:
            attributes.update({name: self.shared[key] for name, key in shared.items()})
        return attributes

    def perform(self, one: Worker, attributes: Any, task: Task) -> Any:
        if one.wants_task:
            answer = one.work(**attributes, task=task)
        else:
            answer = one.work(**attributes)
        kind = type(answer)
        if kind in _PLAIN:
            return answer
        if hasattr(answer, 'send') and hasattr(answer, '__next__'):  # a generator
            return self.follow(answer, task)
        if hasattr(answer, '__await__'):
            import asyncio

            return asyncio.run(_awaited(answer))
        return answer

    def follow(self, generator: Any, task: Task) -> Any:
        """What is yielded is reported; a cancelled one is closed, so that its `finally` runs."""
        try:
            while True:
                task.report(next(generator))
                if task.cancelled:
                    generator.close()
                    raise Cancelled(task.reason)
        except StopIteration as end:
            return end.value

    def fail(self, n: int, code: str, error: BaseException, began: Optional[float]) -> None:
        told = _error(error, 0)
        stack, cause = told.pop('stack', None), told.pop('cause', None)
        message: Dict[str, Any] = {'type': 'failure', 'n': n, 'name': told.pop('name'), 'message': told.pop('message'), 'code': code}
        if stack:
            message['stack'] = stack
        if cause:
            message['cause'] = cause
        if told:
            message['fields'] = told
        if began is not None:
            message['ms'] = round((_now() - began) * 1000, 3)
        self.later(self.encode(message, 'error') + '\n')

    def tear_down(self) -> None:
        for one in _workers.values():
            if one.teardown is not None and one.is_set_up:
                one.teardown(one.local)

    # -- speaking --------------------------------------------------------------------------------------------------------

    def later(self, text: str) -> None:
        """Says it with whatever comes next, and before anything is waited for."""
        with self.lock:
            self.pending += text
            if len(self.pending) > 1 << 16:
                self.say('')

    def flush(self) -> None:
        if self.pending:
            self.say('')

    def say(self, text: str) -> None:
        with self.lock:
            data = memoryview((self.pending + text).encode('ascii', 'backslashreplace'))
            self.pending = ''
            try:
                while data:
                    data = data[os.write(self.output, data):]
            except BrokenPipeError:
                os._exit(1)  # the boss is gone

    # -- values ----------------------------------------------------------------------------------------------------------

    def encode(self, value: Any, root: str) -> str:
        self.made = 0
        try:
            text = json.dumps(value, allow_nan=False, default=self.special, separators=(',', ':'))
            # Every `$` in it is of our own making, or there is none.
            if '"$' not in text or text.count('"$') == self.made:
                return text
        except (TypeError, ValueError, RecursionError):
            pass
        # Not finite, not JSON, or an object that could be mistaken: member by member.
        return json.dumps(self.plain(value, root, 0), allow_nan=False, separators=(',', ':'))

    def special(self, value: Any) -> Any:
        form = self.form(value)
        if form is None:
            raise TypeError
        if isinstance(form, dict):
            self.made += 1
        return form

    def form(self, value: Any) -> Any:
        """What stands in JSON for a value that JSON has no words for; `None` where nothing does."""
        if isinstance(value, (bytes, bytearray)):
            return self.bytes_form(value)
        if isinstance(value, (set, frozenset)):
            return {'$set': list(value)}
        module = type(value).__module__
        if module == 'numpy' or module.startswith('numpy.'):
            return self.numpy_form(value)
        if module == 'datetime' and hasattr(value, 'year'):
            # Without a time zone it is UTC.
            text = value.isoformat()
            return {'$date': text + 'Z' if 'T' in text and value.tzinfo is None else text}
        if module == 'array':
            kind = _ARRAY_KINDS.get((value.typecode in 'fd', value.typecode.isupper(), value.itemsize))
            return kind and self.array_form(kind, [len(value)], value.tobytes())
        if isinstance(value, memoryview):
            return self.bytes_form(value.tobytes())
        return None

    def bytes_form(self, value: Any) -> Dict[str, Any]:
        if self.folder is not None and len(value) >= INLINE_BYTES:
            name = self.file('bin')
            with open(os.path.join(self.folder, name), 'wb') as file:
                file.write(value)
            return {'$file': name}
        return {'$bytes': _base64(value)}

    def numpy_form(self, value: Any) -> Any:
        numpy = sys.modules['numpy']
        if not isinstance(value, numpy.ndarray):
            plain = value.item() if hasattr(value, 'item') else None
            return None if type(plain) is type(value) else plain
        if value.dtype == numpy.bool_:
            value = value.astype(numpy.uint8)
        elif value.dtype == numpy.float16:
            value = value.astype(numpy.float32)
        if value.dtype.name not in _ELEMENTS:
            return None
        if value.ndim == 0:
            return value.item()
        value = numpy.ascontiguousarray(value, dtype=value.dtype.newbyteorder('<'))
        if self.folder is not None and value.nbytes >= INLINE_BYTES:
            name = self.file('npy')
            numpy.save(os.path.join(self.folder, name), value, allow_pickle=False)
            return {'$npy': name}
        return self.array_form(value.dtype.name, list(value.shape), value.tobytes())

    def array_form(self, kind: str, shape: List[int], data: bytes) -> Dict[str, Any]:
        return {'$array': {'type': kind, 'shape': shape, 'base64': _base64(data)}}

    def file(self, extension: str) -> str:
        self.files += 1
        return 'from-%d.%s' % (self.files, extension)

    def plain(self, value: Any, path: str, depth: int) -> Any:
        """A value as JSON has it, at any depth. Raises `Unserialisable`, naming the member."""
        if depth > 400:
            raise Unserialisable('%s: it is nested deeper than 400 levels, or within itself' % path)
        if isinstance(value, float):
            return value if value - value == 0 else {'$number': 'NaN' if value != value else 'Infinity' if value > 0 else '-Infinity'}
        if value is None or isinstance(value, (str, bool, int)):
            return value
        if isinstance(value, dict):
            return self.plain_dict(value, path, depth)
        if isinstance(value, (list, tuple)):
            return [self.plain(one, '%s[%d]' % (path, i), depth + 1) for i, one in enumerate(value)]
        if isinstance(value, (set, frozenset)):
            return {'$set': [self.plain(one, path, depth + 1) for one in value]}
        form = self.form(value)
        if form is None:
            raise Unserialisable('%s: %s' % (path, _shown(value)))
        return form

    def plain_dict(self, value: Dict[Any, Any], path: str, depth: int) -> Any:
        for key in value:
            if not isinstance(key, (str, int, float, bool)) and key is not None:
                raise Unserialisable('%s: the key %s, where JSON has texts' % (path, _shown(key)))
        own = {key: self.plain(one, '%s.%s' % (path, key), depth + 1) for key, one in value.items()}
        return {'$plain': own} if len(own) == 1 and str(next(iter(own))).startswith('$') else own

    def decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.decode(one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, told), = value.items()
            if key.startswith('$'):
                return self.meaning(key, told)
        return {key: self.decode(one) for key, one in value.items()}

    def meaning(self, key: str, told: Any) -> Any:
        if key == '$number':
            return float(told.replace('Infinity', 'inf'))
        if key == '$plain':
            return {own: self.decode(one) for own, one in told.items()}
        if key == '$map':
            return {self.decode(own): self.decode(one) for own, one in told}
        if key == '$set':
            return set(self.decode(told))
        if key == '$date':
            from datetime import datetime

            return datetime.fromisoformat(told.replace('Z', '+00:00'))
        if key == '$bytes':
            return _unbase64(told)
        if key == '$array':
            return _array(told['type'], told['shape'], _unbase64(told['base64']))
        if key == '$file' or key == '$npy':
            return self.take(key, told)
        raise ValueError('{"%s": ...} means nothing here' % key)

    def take(self, key: str, name: str) -> Any:
        path = os.path.join(self.folder or '', name)
        try:
            with open(path, 'rb') as file:
                data = file.read()
        finally:
            os.unlink(path)
        if key == '$file':
            return data
        size = 10 + int.from_bytes(data[8:10], 'little')
        import ast

        header = ast.literal_eval(data[10:size].decode('latin1'))
        return _array(_CODES[header['descr'][1:]], header['shape'], memoryview(data)[size:])


class _Print:
    """What stands for sys.stdout: each line is a line of the log, in order with reports."""

    encoding = 'utf-8'
    errors = 'replace'
    newlines = None

    def __init__(self, session: _Session) -> None:
        self.session = session
        self.begun = ''

    def write(self, text: str) -> int:
        with self.session.lock:
            whole = self.begun + text
            end = whole.rfind('\n') + 1
            self.begun = whole[end:]
            if end:
                self.tell(whole[:end])
        return len(text)

    def tell(self, text: str) -> None:
        self.session.say('{"type":"log","stream":"stdout","text":%s}\n' % json.dumps(text))

    def flush(self) -> None:
        if self.begun:
            text, self.begun = self.begun, ''
            self.tell(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def fileno(self) -> int:
        return 1

    @property
    def buffer(self) -> Any:
        return sys.stderr.buffer


# -- small things ------------------------------------------------------------------------------------------------------

_PLAIN = frozenset((type(None), bool, int, float, str, list, dict, tuple))
_ELEMENTS = {'int8': 'b', 'uint8': 'B', 'int16': 'h', 'uint16': 'H', 'int32': 'i', 'uint32': 'I',
             'int64': 'q', 'uint64': 'Q', 'float32': 'f', 'float64': 'd'}
_CODES = {'i1': 'int8', 'u1': 'uint8', 'i2': 'int16', 'u2': 'uint16', 'i4': 'int32', 'u4': 'uint32',
          'i8': 'int64', 'u8': 'uint64', 'f4': 'float32', 'f8': 'float64'}
_ARRAY_KINDS = {(False, False, 1): 'int8', (False, True, 1): 'uint8', (False, False, 2): 'int16', (False, True, 2): 'uint16',
                (False, False, 4): 'int32', (False, True, 4): 'uint32', (False, False, 8): 'int64', (False, True, 8): 'uint64',
                (True, False, 4): 'float32', (True, False, 8): 'float64'}





async def _awaited(answer: Any) -> Any:
    return await answer


def _terminated(number: int, frame: Optional['FrameType']) -> NoReturn:
    """SIGTERM leaves the work as an exception does, so that `finally` runs; SIGKILL follows soon."""
    raise SystemExit(128 + number)


def _base64(value: Any) -> str:
    from binascii import b2a_base64

    return b2a_base64(value, newline=False).decode('ascii')


def _unbase64(text: str) -> bytes:
    from binascii import a2b_base64

    return a2b_base64(text)


def _array(kind: str, shape: Any, data: Any) -> Any:
    """A numpy array where numpy is; else an array.array, or a memoryview of several dimensions."""
    try:
        import numpy
    except ImportError:
        from array import array

        if len(shape) != 1:
            return memoryview(bytearray(data)).cast(_ELEMENTS[kind], list(shape))
        plain = array(_ELEMENTS[kind])
        plain.frombytes(bytes(data))
        return plain
    return numpy.frombuffer(bytearray(data), dtype=kind).reshape(shape)


def _shown(value: Any) -> str:
    if callable(value):
        return '[function %s]' % getattr(value, '__name__', 'anonymous')
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - whatever its repr raises
        text = 'a %s that cannot be shown' % type(value).__name__
    return text if len(text) <= 200 else text[:200] + ' ...'


def _error(error: BaseException, depth: int) -> Dict[str, Any]:
    import traceback

    told: Dict[str, Any] = {}
    for key, value in list(getattr(error, '__dict__', {}).items())[:100]:
        if not key.startswith('_'):
            told[key] = _error(value, depth + 1) if isinstance(value, BaseException) and depth < 6 else _harmless(value)
    number = getattr(error, 'errno', None)
    if isinstance(number, int):
        import errno

        told.setdefault('code', errno.errorcode.get(number, number))
    told['name'] = type(error).__name__
    try:
        told['message'] = str(error)
    except Exception:  # noqa: BLE001 - whatever its str raises
        told['message'] = 'an error that cannot be shown'
    told['stack'] = ''.join(traceback.format_exception(type(error), error, error.__traceback__))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < 6:
        told['cause'] = _error(cause, depth + 1)
    return told


def _harmless(value: Any) -> Any:
    """A field of an error: as it is, or as text. It must not keep the error from being told."""
    try:
        text = json.dumps(value, allow_nan=False)
        return value if '"$' not in text else _shown(value)
    except (TypeError, ValueError, RecursionError):
        return _shown(value)


def _parameters(work: Any) -> Tuple[Tuple[str, ...], Dict[str, Any]]:
    """The names of its parameters, and which of them have defaults; without `inspect`, which takes long to load."""
    function = getattr(work, '__func__', work)
    function = function if hasattr(function, '__code__') else getattr(type(work), '__call__', None)
    code = getattr(function, '__code__', None)
    if code is None:
        return (), {}
    names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
    positional = names[:code.co_argcount]
    given = function.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(given):], given))
    defaults.update(function.__kwdefaults__ or {})
    return names, defaults


_TYPES = {'int': 'integer', 'float': 'number', 'str': 'string', 'bool': 'boolean', 'list': 'array', 'dict': 'object'}


def _schema_of(work: Any) -> Optional[Dict[str, Any]]:
    """A JSON Schema of what it takes, as far as its annotations tell."""
    names, defaults = _parameters(work)
    notes = getattr(work, '__annotations__', {})
    code = getattr(work, '__code__', None)
    if code is None or code.co_flags & 0x0C:  # *arguments or **attributes: anything
        return None
    properties: Dict[str, Any] = {}
    for name in names:
        if name == 'task' or name == 'self':
            continue
        note = notes.get(name)
        kind = _TYPES.get(note if isinstance(note, str) else getattr(note, '__name__', ''))
        properties[name] = {'type': kind} if kind else {}
        if isinstance(defaults.get(name), (str, int, float, bool)):
            properties[name]['default'] = defaults[name]
    required = [name for name in properties if name not in defaults]
    return {'type': 'object', 'properties': properties, 'required': required, 'additionalProperties': False}
