/** What the browser around the app is like: a window that forgets, other tabs, space on the disk. */

/**
 * Whether this is a private window, which forgets everything when it closes. Firefox and Safari show it by refusing private
 * files; Chromium shows it by nothing, so there it is only said that such windows forget.
 */
export async function isPrivate() {
  try {
    await navigator.storage?.getDirectory?.();
    return false;
  } catch {
    return true;
  }
}

/**
 * Be known as a tab of this user for as long as the tab lives, and hear whenever there may be more or fewer.
 * @param {string} user @param {() => void} changed
 */
export function announceTab(user, changed) {
  if (!navigator.locks) return;
  const others = new BroadcastChannel(`field-tabs-${user}`);
  others.onmessage = changed;
  const forEver = new Promise(() => undefined);
  navigator.locks.request(`field-tab-${user}`, { mode: "shared" }, () => {
    others.postMessage("here");
    changed();
    return forEver;
  });
  addEventListener("pagehide", () => others.postMessage("gone"));
}

/** How many tabs of this user are open in this browser. @param {string} user */
export async function countTabs(user) {
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.filter((lock) => lock.name === `field-tab-${user}`).length;
}

/** Room on the disk, in megabytes. @returns {Promise<{used: number, left: number} | null>} */
export async function room() {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota === undefined || usage === undefined) return null;
  return { used: Math.ceil(usage / 1e6), left: Math.floor((quota - usage) / 1e6) };
}
