/** Finding accounts as one types: folded like the server folds, so that "istanbul" finds "İSTANBUL". */

const MARKS = /[\u0300-\u036f]/g;

/** The search key: no accents, no case, İ/I/ı/i all alike, single spaces. @param {string} text */
export function fold(text) {
  return text.normalize("NFKD").replace(MARKS, "").replaceAll("ı", "i").toLowerCase().replace(/\s+/g, " ").trim();
}

/**
 * Those entries in which every word of the query begins a word. Names before towns, then by the reader's alphabet.
 * @template {{name: string, words: string}} T
 * @param {T[]} entries
 * @param {string} query
 * @returns {T[]}
 */
export function find(entries, query) {
  const wanted = fold(query).split(" ").filter(Boolean);
  if (!wanted.length) return entries;
  /** @type {T[]} */
  const first = [];
  /** @type {T[]} */
  const later = [];
  for (const entry of entries) {
    if (!wanted.every((word) => entry.words.includes(` ${word}`))) continue;
    (entry.words.startsWith(` ${wanted[0]}`) ? first : later).push(entry);
  }
  return [...first, ...later];
}

/** What is searched of an account. @param {any} account */
export function indexOf(account) {
  const words = [account.name, account.town, account.segment, account.tax_number].filter(Boolean).join(" ");
  return { ...account, words: ` ${fold(words).replace(/[^\p{L}\p{N} ]/gu, " ")}` };
}
