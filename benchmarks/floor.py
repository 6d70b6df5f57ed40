"""The floor: the least a program could do with a callback. Starlette takes it, one row is kept durably, "success".

`python -m benchmarks.floor FOLDER PORT`. The same web server, loop, parser, database, journal and commit as the
program, and nothing of what it does: no signature, no opening, no understanding, no answer.
"""

import sqlite3
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route


def build(folder: Path) -> Starlette:
    """The app over a database of its own."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
        connection.execute(statement)
    connection.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    async def receive(request: Request) -> Response:
        connection.execute("INSERT INTO inbox (body) VALUES (?)", (await request.body(),))
        return PlainTextResponse("success")

    async def health(_: Request) -> Response:
        return JSONResponse({"alive": True})

    return Starlette(routes=[Route("/wechat", receive, methods=["POST"]), Route("/healthz", health)])


if __name__ == "__main__":
    uvicorn.run(build(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_config=None)
