"""Server-sent events, as far as AI vendors use them: the data of each event."""

from collections.abc import AsyncGenerator, AsyncIterable


async def events(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each event. One that is not ended by an empty line is not whole and left out.

    Lines end with \\n or \\r\\n; comments and the events' names are passed over.
    """
    rest, lines_of_one = b"", list[bytes]()
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                lines_of_one.append(line[5:].strip())
            elif line in (b"", b"\r") and lines_of_one:
                yield b"\n".join(lines_of_one)
                lines_of_one = []
