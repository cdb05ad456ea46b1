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

/**
 * Say that a photo comes, or learn how much of it the server has. Raises Trouble, `refused` if it takes no such photo.
 * @param {string} sha256 @param {{size: number, mime: string}} what @returns {Promise<import("./types").Received>}
 */
export const announcePhoto = async (sha256, what) => received(await post(`blobs/${sha256}`, what));

/**
 * The next bytes of a photo. Raises Trouble, `offset` if the server is elsewhere: then `more.received` says where.
 * @param {string} sha256 @param {number} from @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<import("./types").Received>}
 */
export async function sendPart(sha256, from, bytes) {
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
  return received(await request(`blobs/${sha256}`, "PATCH", async () => [bytes, headers]));
}

/** @param {any} answer @returns {import("./types").Received} */
function received(answer) {
  if (answer.server_time && typeof answer.received === "number") return answer;
  throw new Trouble("captive");
}

/** @param {string} door @param {Record<string, any>} body @returns {Promise<any>} what a 200 holds; all else is raised */
const post = (door, body) =>
  request(door, "POST", async () => {
    const [data, encoding] = await pack(JSON.stringify(body));
    return [data, { "Content-Type": "application/json", ...encoding }];
  });

/**
 * @param {string} door @param {string} method @param {() => Promise<[BodyInit, Record<string, string>]>} make the body and its headers
 * @returns {Promise<any>} what a 200 holds; all else is raised
 */
async function request(door, method, make) {
  /** @type {Response} */
  let response;
  try {
    const [body, headers] = await make();
    response = await fetch(`/fieldsync/v1/${door}`, {
      method,
      headers: { Accept: "application/json", ...headers },
      body,
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
