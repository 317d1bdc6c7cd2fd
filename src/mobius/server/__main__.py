"""`python -m mobius.server`: a server with the settings of the environment."""

from mobius.server.run import serve
from mobius.server.settings import load_settings

if __name__ == "__main__":
    serve(load_settings())
