"""Messages between a kernel's client and the template: JSON with a length in front."""

import contextlib
import json
import os
import socket
import struct
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

Message = dict[str, Any]

_HEADER = struct.Struct("!I")
_CHUNK = 1 << 16
_MOST_DESCRIPTORS = 4
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


def encode(message: Message) -> bytes:
    """
    Bytes of one message, its length first.

    Parameters
    ----------
    message : dict
        Anything JSON can hold. Undecodable environment values survive, because JSON
        escapes lone surrogates.

    Returns
    -------
    bytes
    """
    body = json.dumps(message).encode("ascii")
    return _HEADER.pack(len(body)) + body


class Channel:
    """
    One non-blocking end of a stream socket that carries messages and descriptors.

    Parameters
    ----------
    connection : socket.socket
        A connected ``AF_UNIX`` stream socket; the channel owns it.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.descriptors: list[int] = []
        self.ended = False
        self._buffer = bytearray()

    def fileno(self) -> int:
        """Descriptor of the socket, -1 once closed."""
        return self.socket.fileno()

    def receive(self) -> Iterator[Message]:
        """
        Messages which have arrived completely; sets `ended` at the end of the stream.

        Descriptors that came along are appended to `descriptors` and belong to the caller.
        """
        while not self.ended:
            try:
                data, descriptors, _, _ = socket.recv_fds(
                    self.socket, _CHUNK, _MOST_DESCRIPTORS, _CLOSE_ON_EXEC
                )
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                data, descriptors = b"", []
            self.descriptors += descriptors
            self.ended = not data
            self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            (length,) = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + length
            if len(self._buffer) < end:
                break
            message: Message = json.loads(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield message

    def send(self, message: Message, descriptors: Sequence[int] = ()) -> bytes:
        """
        Send one message, as far as the socket takes it at once.

        Returns
        -------
        bytes
            The part not sent yet; empty for the short messages of this protocol.

        Raises
        ------
        OSError
            If the other end is gone.
        """
        data = encode(message)
        sent = socket.send_fds(self.socket, [data], list(descriptors))
        return data[sent:]

    def close(self) -> None:
        """Close the socket and the descriptors nobody took. May be called twice."""
        self.ended = True
        self.socket.close()
        for descriptor in self.descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.descriptors.clear()


def new_stem() -> str:
    """Twelve hexadecimal digits: the name that the files of one kernel begin with."""
    return uuid.uuid4().hex[:12]
