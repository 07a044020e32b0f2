"""`python -m tests.generation.limited_server --port 0 --config '{"rpm": 600}'`.

The first line printed is the port. Ends with SIGTERM or Ctrl+C.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from tests.generation.limited_server.app import serve
from tests.generation.limited_server.config import ServerConfig


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--config", type=json.loads, default={}, metavar="JSON")
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    config = ServerConfig().changed(options.config)
    watched = options.until_stdin_closes
    asyncio.run(serve(config, port=options.port, until_stdin_closes=watched))


if __name__ == "__main__":
    main()
