/** What the laptop keeps and what travels. Read by the type checker only; the browser never loads it. */

export type Action = "create" | "patch" | "discard";
export type State = "waiting" | "sent" | "stuck";
export type Verdict = "applied" | "merged" | "conflict" | "held" | "needs_fix" | "out_of_scope";

/** A text of the server: English with `%(name)s` places, the key of its translations. */
export interface Message {
  text: string;
  params: Record<string, string>;
  field: string | null;
}

/** One change of one record, as it travels; it gets its place (`seq`) when it is sent. */
export interface Operation {
  op_id: string;
  kind: string;
  id: string;
  action: Action;
  patch: Record<string, any>;
  base: Record<string, any>;
  base_version: number;
  /** The life of the server in which the laptop last read to the end: to it `base_version` belongs. */
  epoch?: string | null;
  occurred_at: string;
  tz: string;
}

/** A field that two people changed, as the answer to a push tells it. */
export interface Disputed {
  id: string;
  field: string;
  base: any;
  theirs: any;
  mine: any;
}

/** An operation in the outbox. `payload` is the sealed {@link Operation}. */
export interface Item {
  op_id: string;
  key: string;
  kind: string;
  action: Action;
  group: string;
  group_kind: string;
  state: State;
  /** The place in the client's sequence; another one after the client changed. */
  seq: number;
  /** In which order things were saved here, whatever the clock said. */
  made: number;
  saved_at: string;
  payload: any;
  /** Sealed like the payload: what it is about, in the words of then. The account itself may be gone by now. */
  about: any;
  verdict?: Verdict;
  message?: Message | null;
  version?: number | null;
  /** Sealed like the payload: a list of {@link Disputed}. */
  conflicts?: any;
  sent_at?: string;
}

/** A settled operation. `state` stays `sent`, or says why it is no longer in the outbox. */
export interface Settled extends Omit<Item, "state"> {
  state: State | "replaced" | "discarded" | "refused";
  settled_at: string;
}

/** An operation with what it says, opened. */
export type Opened<T extends Item | Settled = Item> = T & { body: Operation; title: string };

/** Where a record is found without opening it. */
export interface Place {
  kind: string;
  parent: string;
  state: string;
  when: string;
}

/**
 * A record as the server sent it last; `payload` is null for one that was made here. While work on it is unsettled it is
 * found where that work puts it, and `home` is where the server has it.
 */
export interface Row extends Place {
  key: string;
  payload: any;
  home?: Place;
}

export interface Membership {
  bucket: string;
  key: string;
  seq: number;
  gen: number;
}

export interface Cursor {
  bucket: string;
  seq: number;
  gen: number;
  count: number;
  digest: number;
  complete: boolean;
}

export interface Draft {
  id: string;
  account: string;
  kind: string;
  saved_at: string;
  payload: any;
}

export interface Meta {
  name: string;
  value: any;
}

/** A key under another key. */
export interface Wrapped {
  iv: Uint8Array<ArrayBuffer>;
  data: Uint8Array<ArrayBuffer>;
}

/**
 * The key of what is sealed, and how far its use is: `sealing` until all that was there before is sealed, then `sealed`;
 * `opening` while encryption is being taken off. `at` is how far that went.
 */
export interface Vault {
  id: string;
  state: "sealing" | "sealed" | "opening";
  at: [store: string, after: IDBValidKey | null] | null;
  pin: Wrapped & { salt: Uint8Array<ArrayBuffer>; iterations: number };
  server: Wrapped & { own: Uint8Array<ArrayBuffer>; mark: string };
}

/** What the company asks of data at rest. `half` says which half of the key the server has. */
export interface AtRest {
  idle_minutes: number;
  lease_days: number;
  pin_length: number;
  half: string | null;
}

/** What is known of a photo; its bytes lie apart. `visit` is where it belongs, `received` how many bytes the server has. */
export interface Photo {
  id: string;
  sha256: string;
  mime: string;
  size: number;
  visit: string;
  added_at: string;
  state: "kept" | "waiting" | "sent" | "refused";
  received: number;
  why: Message | null;
  /** The life of the server that has it. */
  sent_in: string | null;
  sent_at: string | null;
}

/** How much of a photo the server has. `error` says that it was damaged on its way. */
export interface Received {
  received: number;
  state: string;
  error?: string;
}

/** Each store with what it holds. */
export interface Stores {
  rows: Row;
  memberships: Membership;
  outbox: Item;
  ledger: Settled;
  cursors: Cursor;
  drafts: Draft;
  blobs: any;
  meta: Meta;
}

/** A record as pages see it: the server's, with pending operations replayed on it. */
export type Shown = Record<string, any> & { id: string; version: number; pending: State[] };

export interface User {
  id: string;
  name: string;
  locale: string | null;
  theme: string | null;
  territories?: { id: string; name: string; region_id?: string }[];
}

/** What the office tells a laptop: work, be blocked, erase itself, show nothing. */
export type Told = "active" | "frozen" | "wipe" | "lost";

interface Envelope {
  server_time: string;
  epoch: string;
  device: Told;
  schema: number;
  lowest_schema: number;
}

export interface Registered extends Envelope {
  client: string;
  last_seq: number;
  user: User;
  at_rest?: AtRest | null;
}

export interface Pushed extends Envelope {
  last_seq: number;
  results: {
    seq: number;
    op_id: string;
    verdict: Verdict;
    version: number | null;
    conflicts: Disputed[];
    message: Message | null;
  }[];
}

export interface Unlocked extends Envelope {
  half: { half: string; mark: string } | null;
}

/** What each door answers. */
export interface Answers {
  push: Pushed;
  pull: Pulled;
  route: Routed;
  unlock: Unlocked;
}

/** The route of a day as the server proposes it. Ways lie among start, end and the stops in their order. */
export interface Routed extends Envelope {
  stops: {
    account_id: string;
    visit_id: string | null;
    arrives: string;
    begins: string;
    leaves: string;
    minutes: number;
    km: number;
  }[];
  left_out: { account_id: string; visit_id: string | null; why: string }[];
  leaves: string | null;
  ends: string | null;
  nodes: (string | null)[];
  minutes: number[][];
  km: number[][];
  travel: { detour: number; km_an_hour: number };
}

export type Change = [bucket: string, kind: string, id: string, seq: number, record: Record<string, any> | null];

export interface Pulled extends Envelope {
  user: User;
  at_rest?: AtRest | null;
  last_seq: number;
  added: string[];
  dropped: string[];
  reset: string[];
  changes: Change[];
  cursors: Record<string, number>;
  heads: Record<string, { head: number; count: number; digest: number }>;
  more: boolean;
  upgrade?: boolean;
}

/** What waits, as people count it. */
export interface Counted {
  visits: number;
  others: number;
  photos: number;
  total: number;
  oldest: string | null;
}

/** What the state line says, before it is put in words. */
export interface Status {
  phase: "idle" | "sending" | "loading";
  trouble: string | null;
  loaded: number;
  waiting: Counted;
  stuck: Counted;
  told: Told;
  lastSent: string | null;
  lastPulled: string | null;
  kept: boolean | null;
}

/** A store of a transaction that knows what it holds. */
export interface Store<T> extends Omit<IDBObjectStore, "get" | "getAll" | "put" | "add" | "index"> {
  get(key: IDBValidKey): IDBRequest<T | undefined>;
  getAll(range?: IDBValidKey | IDBKeyRange | null): IDBRequest<T[]>;
  put(value: T): IDBRequest<IDBValidKey>;
  add(value: T): IDBRequest<IDBValidKey>;
  index(name: string): Omit<IDBIndex, "getAll"> & { getAll(range?: IDBValidKey | IDBKeyRange | null): IDBRequest<T[]> };
}
