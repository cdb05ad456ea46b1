"""The application, as a table of contents."""

from flask import Blueprint, Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldsync.routes import bp as fieldsync
from models.route.travel import Travel
from models.session import Database
from portal.accounts.views import bp as accounts
from portal.components.views import bp as components
from portal.config import Config
from portal.dealers.views import bp as dealers
from portal.desk.views import bp as desk
from portal.devices.views import bp as devices
from portal.digest.views import bp as digest
from portal.events.views import bp as events
from portal.field.views import bp as field
from portal.hand_overs.views import bp as hand_overs
from portal.home.views import bp as home
from portal.imports.views import bp as imports
from portal.instructions.views import bp as instructions
from portal.jobs.views import bp as jobs
from portal.leads import bp as leads
from portal.letterhead.views import bp as letterhead
from portal.market.views import bp as market
from portal.order_drafts.views import bp as order_drafts
from portal.orders.views import bp as orders
from portal.outbox.views import bp as outbox
from portal.preferences.views import bp as preferences
from portal.profile.views import bp as profile
from portal.quarantine import bp as quarantine
from portal.quotes import bp as quotes
from portal.search.views import bp as search
from portal.sign_in.views import bp as sign_in
from portal.staff.views import bp as staff
from portal.stock.views import bp as stock
from portal.surveys.views import bp as surveys
from portal.team import bp as team
from portal.users.views import bp as users
from portal.visits.views import bp as visits
from portal.web import Portal, errors, headers, language, lifecycle, permissions, static, templating
from portal.web.session import cookies

FEATURES: tuple[Blueprint, ...] = (
    accounts,
    dealers,
    desk,
    devices,
    digest,
    events,
    field,
    hand_overs,
    home,
    imports,
    instructions,
    jobs,
    leads,
    letterhead,
    market,
    order_drafts,
    orders,
    outbox,
    preferences,
    profile,
    quarantine,
    quotes,
    search,
    sign_in,
    staff,
    stock,
    surveys,
    team,
    users,
    visits,
)
"""One blueprint per feature; each feature adds its line here."""

FORM_BYTES = 16 * 1024 * 1024


def create_app(config: Config, database: Database) -> Portal:
    """The portal on one database. Raises RuntimeError when a view does not say who may use it."""
    app = Portal(__name__, template_folder="../templates", static_folder=None)
    app.settings, app.database = config, database
    app.config.update(PORTAL=config, SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=FORM_BYTES, **cookies(config))
    app.config["TRAVEL"] = Travel(config.detour, config.km_an_hour)  # fieldsync reads it, and knows no Config
    Htmx(app)
    lifecycle.register(app)
    language.register(app, locale=config.locale, timezone=config.timezone)
    templating.register(app)
    static.register(app, production=config.production)
    headers.register(app, https=config.secure_cookies)
    errors.register(app)
    for blueprint in FEATURES if config.production else (*FEATURES, components):
        app.register_blueprint(blueprint)
    app.register_blueprint(fieldsync)
    app.extensions["csrf"].exempt(fieldsync)  # it takes JSON only and looks at the Origin
    permissions.check_declared(app)
    trust_proxies(app, config.trusted_proxies)
    return app


def trust_proxies(app: Flask, count: int) -> None:
    """Believe what the last `count` proxies say about the caller's address, host and scheme."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
