"""Renders what the mapped classes declare to row policies, grants, functions and triggers, and compares them.

All of it is made anew by every `portal migrate`: a migration moves tables and data, never rights.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from models.access import Access, Rule, Scope
from models.base import Base
from models.event import audit_triggers
from models.sync.triggers import render_feed
from models.tables import mapped_classes

FUNCTIONS_FOLDER = Path(__file__).with_name("functions")
EVERY_ROLE = tuple(Scope)

# Who besides the owner may call the functions in `functions/*.sql`; "login" is a session without a principal.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "portal_id(text)": EVERY_ROLE,
    "portal_ids(text)": EVERY_ROLE,
    "portal_fold(text)": EVERY_ROLE,
    "portal_sort(text)": EVERY_ROLE,
    "portal_new_id()": (Scope.HQ, Scope.SYSTEM),
    "resume_session(bytea)": ("login",),
    "sign_in_lookup(text, text)": ("login",),
    "accept_invitation(bytea, text)": (Scope.VISITOR,),
    "next_quote_number(date)": (Scope.REP, Scope.MANAGER, Scope.HQ, Scope.SYSTEM),
    "next_lead_number(date)": (Scope.REP, Scope.MANAGER, Scope.HQ, Scope.SYSTEM),
    "market_digest()": (Scope.DEALER,),
    "sync_client_known(uuid)": (Scope.REP,),
    "sync_sent_by_others(uuid[])": (Scope.REP,),
    "sync_alive(text, uuid[])": (Scope.REP, Scope.MANAGER, Scope.HQ, Scope.SYSTEM),
    "sync_device_status(uuid)": (Scope.VISITOR,),
    "sync_device_wiped(uuid)": (Scope.VISITOR,),
    "sync_held_account(uuid, timestamptz[])": (Scope.REP,),
    "sync_late_place(uuid, timestamptz[])": (Scope.REP,),
    "sync_wrote_visit(uuid)": (Scope.REP,),
    "sync_sign_out(uuid)": (Scope.MANAGER, Scope.HQ),
    "sync_destroy_half(uuid)": (Scope.MANAGER, Scope.HQ),
    "sync_holder(text, uuid)": (Scope.REP, Scope.MANAGER, Scope.HQ, Scope.SYSTEM),
    "sync_new_epoch(text)": (Scope.SYSTEM,),
    "sync_prove_restore(uuid)": (Scope.REP,),
    "sync_notice_restore()": (Scope.SYSTEM,),
    "feed_audit()": (Scope.SYSTEM,),
}


def policy(table: str, prefix: str, scope: Scope, rule: Rule) -> str:
    """One policy: what `scope` may do to which rows."""
    using = "" if rule.command == "insert" else f" using ({rule.predicate})"
    check = f" with check ({rule.predicate})" if rule.command in ("insert", "update") else ""
    return f'create policy {scope}_{rule.command} on "{table}" for {rule.command} to "{prefix}_{scope}"{using}{check}'


def table_rights(table: str, prefix: str, access: Access) -> list[str]:
    """Policies and grants of one table."""
    statements = [f'alter table "{table}" enable row level security']
    for scope, rules in access.rules.items():
        statements += [policy(table, prefix, scope, rule) for rule in rules]
        if rules:
            commands = ", ".join(rule.command for rule in rules)
            statements.append(f'grant {commands} on "{table}" to "{prefix}_{scope}"')
    return statements


def function_rights(prefix: str) -> list[str]:
    """Nobody but the owner may call a function of ours that is not named here."""
    statements = ["revoke execute on all functions in schema public from public"]
    for function, callers in FUNCTIONS.items():
        roles = [f'"{prefix}_{role}"' for name in callers for role in (("web", "jobs") if name == "login" else (name,))]
        statements.append(f"grant execute on function {function} to {', '.join(roles)}")
    return statements


def drop_rights(connection: Connection) -> None:
    """Remove every policy and every grant to others, so that what is rendered next is all there is."""
    policies = connection.execute(
        text("select policyname, tablename from pg_policies where schemaname = 'public'")
    ).all()
    for name, table in policies:
        connection.exec_driver_sql(f'drop policy "{name}" on "{table}"')
    grants = connection.execute(
        text(
            "select distinct table_name, grantee from information_schema.table_privileges"
            " where table_schema = 'public' and grantee <> current_user"
        )
    ).all()
    for table, grantee in grants:
        role = "public" if grantee == "PUBLIC" else f'"{grantee}"'
        connection.exec_driver_sql(f'revoke all on "{table}" from {role}')


def render(connection: Connection, prefix: str) -> None:
    """Make functions, triggers, policies and grants what the code declares. Runs as the tables' owner."""
    for path in sorted(FUNCTIONS_FOLDER.glob("*.sql")):
        connection.exec_driver_sql(path.read_text().replace("%", "%%"))
    drop_rights(connection)
    for mapped in mapped_classes():
        for statement in declared(mapped, prefix):
            connection.exec_driver_sql(statement)
    for statement in [*render_feed(), *function_rights(prefix)]:
        connection.exec_driver_sql(statement)


def declared(mapped: type[Base], prefix: str) -> list[str]:
    """Everything that one mapped class asks of the database beyond its columns."""
    table = str(mapped.__tablename__)
    computed = {column.name for column in mapped.__table__.columns if column.computed is not None}
    audit = audit_triggers(table, mapped.__redacted__ | computed) if mapped.__audited__ else []
    return table_rights(table, prefix, mapped.__access__) + audit


def snapshot(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Policies, grants, row security flags and triggers as the database has them: what the drift test compares."""
    queries = {
        "policies": "select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies"
        " where schemaname = 'public' order by 1, 2",
        "grants": "select table_name, grantee, privilege_type from information_schema.table_privileges"
        " where table_schema = 'public' order by 1, 2, 3",
        "tables": "select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
        "functions": "select proname, pg_get_userbyid(proowner), prosecdef, proacl::text from pg_proc"
        " where pronamespace = 'public'::regnamespace order by 1",
        "triggers": "select c.relname, t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c"
        " on c.oid = t.tgrelid where not t.tgisinternal and c.relnamespace = 'public'::regnamespace order by 1, 2",
    }
    return {name: [tuple(row) for row in connection.execute(text(query))] for name, query in queries.items()}
