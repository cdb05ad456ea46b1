/** One request to the server and what its answer means. A page with status 200 is not an answer of ours. */

export const SCHEMA = 1;

/** Why there is no answer. `wait` is what the server asked for, in seconds. */
export class Trouble extends Error {
  /** @param {string} kind @param {Record<string, any>} [more] */
  constructor(kind, more = {}) {
    super(kind);
    this.kind = kind;
    this.more = more;
  }
}

const PATIENCE = 45_000;

/**
 * Send JSON, compressed where the browser can, and read the JSON that comes back.
 * Raises Trouble: `offline`, `captive`, `signed_out`, `wrong_user`, `gap`, `forked`, `unknown_client`, `too_large`, `busy`.
 * @param {string} door under `/fieldsync/v1/`
 * @param {Record<string, any>} body
 * @returns {Promise<any>}
 */
export async function call(door, body) {
  const answer = await post(door, body);
  if (answer.epoch && answer.server_time) return answer;
  throw new Trouble("captive");
}

/**
 * Ask what this laptop shall do, or say that it erased itself. Nobody needs to be signed in for that. Raises Trouble.
 * @param {string} device @param {{wiped?: boolean}} [said]
 * @returns {Promise<import("./types").Told>}
 */
export async function contact(device, said = {}) {
  const answer = await post("device", { device, ...said });
  if (answer.device && answer.server_time) return answer.device;
  throw new Trouble("captive");
}

/** @param {string} door @param {Record<string, any>} body @returns {Promise<any>} what a 200 holds; all else is raised */
async function post(door, body) {
  /** @type {Response} */
  let response;
  try {
    const [data, encoding] = await pack(JSON.stringify(body));
    response = await fetch(`/fieldsync/v1/${door}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...encoding },
      body: data,
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Trouble("offline");
  }
  const answer = await read(response);
  if (response.status === 401) throw new Trouble("signed_out");
  if (!answer) throw new Trouble(response.status >= 500 ? "busy" : "captive", waiting(response));
  if (response.ok) return answer;
  if (response.status === 413) throw new Trouble("too_large");
  if (response.status === 429 || response.status >= 500) throw new Trouble("busy", waiting(response));
  if (response.status === 403 && !["wrong_user", "sign_in_again"].includes(answer.error)) throw new Trouble("not_allowed");
  throw new Trouble(typeof answer.error === "string" ? answer.error : "refused", answer);
}

/**
 * @param {string} text
 * @returns {Promise<[BodyInit, Record<string, string>]>}
 */
async function pack(text) {
  if (text.length < 1024 || typeof CompressionStream === "undefined") return [text, {}];
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return [await new Response(packed).blob(), { "Content-Encoding": "gzip" }];
}

/** @param {Response} response */
async function read(response) {
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return null;
  try {
    return await response.json();
  } catch {
    throw new Trouble("offline");
  }
}

/** @param {Response} response */
function waiting(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? { wait: seconds } : {};
}

/**
 * Who is signed in here: the user with a token for the sign-out form, or null when nobody is.
 * @returns {Promise<{user: import("./types").User, csrf: string} | null>}
 */
export async function whoIsSignedIn() {
  let response;
  try {
    const headers = { Accept: "application/json" };
    response = await fetch("/field/session", { headers, cache: "no-store", redirect: "error" });
  } catch {
    throw new Trouble("offline");
  }
  if (response.status === 401) return null;
  const answer = await read(response);
  if (response.status === 403) throw new Trouble("not_allowed");
  if (!response.ok || !answer?.user) throw new Trouble(response.status >= 500 ? "busy" : "captive");
  return answer;
}

/** End the session that this browser has, if it is this user's. Raises Trouble. @param {string} user */
export async function endSession(user) {
  const found = await whoIsSignedIn();
  if (found?.user.id !== user) return;
  const body = new URLSearchParams({ csrf_token: found.csrf });
  try {
    await fetch("/sign-out", { method: "POST", body, redirect: "manual", cache: "no-store" });
  } catch {
    throw new Trouble("offline");
  }
}
