"""The portal and, under `/bare`, the floor, in one process of the same web server: `benchmarks.served:app`."""

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from benchmarks.bare import create_bare_app
from wsgi import app as portal

app = DispatcherMiddleware(portal, {"/bare": create_bare_app()})
