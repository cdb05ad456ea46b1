/** The field app: find out whose laptop this is, show the page, start the exchange. */

import { open as openDatabase, meta } from "./db.js";
import { h } from "./dom.js";
import { eraseOthers, goOnErasing, isErasing } from "./erase.js";
import { frame } from "./frame.js";
import { Gate } from "./gate.js";
import { lastUser, rememberUser } from "./laptop.js";
import { refresh as refreshPage, route } from "./router.js";
import { announceTab } from "./surroundings.js";
import { Sync } from "./sync.js";
import { whoIsSignedIn, Trouble } from "./transport.js";
import { askToSignIn, tellOtherTab } from "./views/door.js";
import { erased } from "./views/stopped.js";
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
  await goOnErasing().catch(() => 0); // it could not be told yet
  if (await isErasing()) {
    await dress({});
    return root.replaceChildren(erased(null));
  }
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
  /** @type {Gate | null} */
  let gate = null;
  const database = await openDatabase(user.id, (why) => {
    if (gate?.why !== "erased") root.replaceChildren(tellOtherTab(why));
  });
  const sync = new Sync(database, { app, user: user.id });
  const context = { database, sync, user };
  /** @type {{main: HTMLElement, nodes: Node[]} | null} */
  let shown = null;
  const enter = async () => {
    if (shown) root.replaceChildren(...shown.nodes);
    else shown = await furnish(context);
    await route(shown.main, context);
  };
  const keeper = (gate = new Gate(root, context, enter));
  addEventListener("hashchange", () => keeper.open && shown && route(shown.main, context));
  sync.addEventListener("state", () => keeper.open && keepUser(database, user));
  await keeper.look();
  sync.start();
  announceTab(user.id, () => setTimeout(refreshPage, SETTLING));
  eraseOthers(user.id).catch(() => undefined); // asked again at the next start
}

/** Build the frame around the pages. @param {import("./router.js").Context} context */
async function furnish(context) {
  const { main, refresh } = frame(root, context);
  await refresh();
  return { main, nodes: [...root.childNodes] };
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
