"""The rights that a dealer's owner grants, in words."""

from models.access import Permission
from models.errors import N_

RIGHTS = {
    Permission.SEE_PRICES: N_("See prices"),
    Permission.SEE_ORDERS: N_("See orders"),
    Permission.ANSWER_ORDER_DRAFTS: N_("Answer drafts of orders"),
    Permission.SEE_LEADS: N_("See leads"),
    Permission.ANSWER_LEADS: N_("Accept and decline leads"),
    Permission.SEE_QUOTES: N_("See quotes"),
    Permission.SEE_CREDIT: N_("See balance and credit"),
    Permission.SEE_DIGEST: N_("See the market digest"),
}
"""In the order in which the screens list them."""
