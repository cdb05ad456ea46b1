// What the benchmark does inside the page: making records up, and looking at the clock.

const field = document.querySelector("script[src*='field/app.js']").src.replace("app.js", "");
const TOWNS = ["İzmir", "Bursa", "Ankara", "Kocaeli", "Gaziantep", "Denizli", "Çorum", "Şanlıurfa"];
const TRADES = ["Kaynak", "Çelik", "Makine", "Tersane", "Boru", "Kazan", "Yapı", "Deniz"];
const SAID = "Yeni hat için deneme istediler, fiyatı rakiple karşılaştıracaklar; numune bırakıldı. ";
const A_DAY = 86_400_000;

/** An id that a number stands for. */
const idOf = (kind, number) => `${kind.padEnd(8, "0").slice(0, 8)}-0000-7000-8000-${String(number).padStart(12, "0")}`;
const hex = { account: "acc0", visit: "1517", product: "9d0d", group: "9999", brand: "b7a0" };

/** How many days ago the last visit of an account was; a third of the accounts are due. */
const ago = (number) => 1 + ((number * 37) % 90);

const MAKERS = {
  account: (number, { territory }) => ({
    id: idOf(hex.account, number),
    version: 1,
    name: `${TRADES[number % 8]} ${TRADES[(number >> 3) % 8]} Sanayi ${number}`,
    territory_id: territory,
    kind: "customer",
    segment: number % 3 ? "A" : "B",
    tax_number: String(1_000_000_000 + number),
    phone: "+90 232 000 00 00",
    email: null,
    address: `Organize Sanayi Bölgesi ${number}. cadde`,
    town: TOWNS[number % 8],
    latitude: null,
    longitude: null,
    visit_interval_days: 60,
    created_at: "2025-01-01T08:00:00.000Z",
  }),
  visit: (number, { accounts }) => ({
    id: idOf(hex.visit, number),
    version: 1,
    account_id: idOf(hex.account, number % accounts),
    dealer_id: null,
    kind: "visit",
    status: "completed",
    planned_on: null,
    happened_at: new Date(Date.now() - (ago(number % accounts) + (number < accounts ? 0 : 90)) * A_DAY).toISOString(),
    summary: SAID.repeat(8),
    next_steps: SAID,
    next_step_on: null,
    participants: [],
    user_id: null,
    created_at: "2026-01-01T08:00:00.000Z",
  }),
  product: (number) => ({
    id: idOf(hex.product, number),
    code: `P${number}`,
    name: `Bazik elektrod ${number}`,
    product_group_id: idOf(hex.group, number % 20),
    brand_id: idOf(hex.brand, 0),
    unit: "box",
    pack_size: "4",
    active: true,
  }),
  product_group: (number) => ({ id: idOf(hex.group, number), code: `g${number}`, name: `Grup ${number}`, parent_id: null, base_unit: "kg" }),
  brand: (number) => ({ id: idOf(hex.brand, number), code: `b${number}`, name: `Marka ${number}`, ours: number === 0 }),
};

/** Take in what a rep with so many records holds, as pages of a pull. */
async function made(sizes) {
  const [{ open, meta }, { takeIn }, { lastUser }] = await Promise.all(
    ["db.js", "intake.js", "laptop.js"].map((name) => import(field + name)),
  );
  const user = await lastUser();
  const database = await open(user.id, () => undefined);
  const [epoch, kept, at] = await Promise.all(["epoch", "user", "last_pulled_at"].map((name) => meta(database, name)));
  let seq = 1_000_000;
  const kinds = { product_group: 20, brand: 6, product: sizes.products, account: sizes.accounts, visit: sizes.visits };
  for (const [kind, count] of Object.entries(kinds)) {
    const bucket = ["account", "visit"].includes(kind) ? `territory:${sizes.territory}` : "catalogue";
    for (let from = 0; from < count; from += 2000) {
      const changes = Array.from({ length: Math.min(2000, count - from) }, (_, place) => {
        const record = MAKERS[kind](from + place, sizes);
        return [bucket, kind, record.id, (seq += 1), record];
      });
      const page = { changes, dropped: [], reset: [], added: [], cursors: {}, heads: {}, more: true };
      await takeIn(database, { ...page, epoch, user: kept, server_time: at });
    }
  }
  database.close();
}

/** The next moment at which something has been painted. */
const frame = () =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    }),
  );

async function until(selector) {
  while (!document.querySelector(selector)) await frame();
  return document.querySelector(selector);
}

/** Milliseconds since the navigation began until today's list is shown, and from there until a visit's form takes a letter. */
async function usable() {
  await until("#stops li");
  const today = performance.now();
  location.hash = document.querySelector("#stops li .btn").getAttribute("href");
  const summary = await until("#summary");
  summary.focus();
  document.execCommand("insertText", false, "k");
  await frame();
  if (summary.value !== "k") throw new Error("the form takes no letter");
  return { today, form: performance.now() - today, usable: performance.now() };
}

let paints = [];

/** Go to the search, and note from each keystroke when its results are painted. */
async function searching() {
  location.hash = "#/accounts";
  (await until("#search")).addEventListener(
    "input",
    async (event) => {
      if (!event.inputType) return;
      const pressed = event.timeStamp;
      await frame();
      paints.push(performance.now() - pressed);
    },
    { capture: true },
  );
  await frame();
}

/** What was measured; the draft of the letter goes, so that every start is alike. */
async function painted() {
  const [{ open, transact }, { lastUser }] = await Promise.all(["db.js", "laptop.js"].map((name) => import(field + name)));
  const database = await open((await lastUser()).id, () => undefined);
  await transact(database, ["drafts"], "readwrite", (tx) => void tx.objectStore("drafts").clear());
  return paints;
}
