"""`python -m mobius.server`: a server with the settings of the environment."""

import sys

from mobius.server.run import CannotStart, serve
from mobius.server.settings import InvalidSettings, load_settings

if __name__ == "__main__":
    try:
        serve(load_settings())
    except (CannotStart, InvalidSettings) as error:
        sys.exit(f"the server cannot start: {error}")
