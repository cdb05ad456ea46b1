/** The field app: find out whose laptop this is, show the page, start the exchange. */

import { open as openDatabase, meta } from "./db.js";
import { h } from "./dom.js";
import { frame } from "./frame.js";
import { lastUser, rememberUser } from "./laptop.js";
import { refresh as refreshPage, route } from "./router.js";
import { announceTab } from "./surroundings.js";
import { Sync } from "./sync.js";
import { whoIsSignedIn, Trouble } from "./transport.js";
import { askToSignIn, tellOtherTab } from "./views/door.js";
import { speak } from "./words.js";
import { register } from "./worker.js";

const root = /** @type {HTMLElement} */ (document.querySelector("#field"));
const app = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name='field-version']")).content;

/** Milliseconds until a tab that closes is really gone. */
const SETTLING = 500;

/** @param {{locale?: string | null, theme?: string | null}} user */
async function dress(user) {
  document.documentElement.dataset.theme = user.theme ?? "system";
  await speak(user.locale ?? navigator.language.slice(0, 2));
}

async function start() {
  register(app);
  let user = await lastUser();
  await dress(user ?? {});
  if (!user) {
    try {
      user = (await whoIsSignedIn())?.user ?? null;
      if (!user) return root.replaceChildren(await askToSignIn("signed_out"));
    } catch (error) {
      return root.replaceChildren(await askToSignIn(error instanceof Trouble ? error.kind : "offline"));
    }
    await rememberUser(user);
    await dress(user);
  }
  const database = await openDatabase(user.id, (why) => root.replaceChildren(tellOtherTab(why)));
  const sync = new Sync(database, { app, user: user.id });
  const { main, refresh } = frame(root, { database, sync, user });
  const show = () => route(main, { database, sync, user });
  addEventListener("hashchange", show);
  sync.addEventListener("state", () => keepUser(database, user));
  await refresh();
  await show();
  sync.start();
  announceTab(user.id, () => setTimeout(refreshPage, SETTLING));
}

/** What the server says of the user (a new name, language or theme) counts from the next start on. */
async function keepUser(/** @type {IDBDatabase} */ database, /** @type {any} */ user) {
  const told = await meta(database, "user");
  if (told && told.id === user.id)
    rememberUser({ ...user, ...told, locale: told.locale ?? user.locale, theme: told.theme ?? user.theme });
}

start().catch((error) => {
  console.error(error);
  root.replaceChildren(h("pre", null, String(error)));
});
