"""The entry for WSGI servers: `wsgi:app`."""

from models.installation import Installation
from models.session import Database
from portal.app import create_app
from portal.config import Config

config = Config.from_environment()
place = Installation(config.data_dir, config.database_url)
app = create_app(config, Database(place.url("web")))
