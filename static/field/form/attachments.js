/** The photos that a visit form holds, and which operations saving them means. No page in here. */

/**
 * @typedef {object} FormPhoto a photo as a form holds it
 * @property {string} id of the record
 * @property {string} sha256
 * @property {string} mime
 * @property {number} size
 * @property {string} caption
 * @property {string} taken_at
 */

/** @typedef {import("./state.js").VisitState} VisitState */

/** Those that were not removed. @param {VisitState} state @returns {FormPhoto[]} */
export const photosOf = ({ photos = [], removed = [] }) => photos.filter(({ id }) => !removed.includes(id));

/** Ids that stand in answers to a survey, asked or not: a photo that does is none of the visit's own. @param {VisitState} state @returns {any[]} */
export const inAnswers = ({ surveys = {} }) => Object.values(surveys).flatMap((answers) => Object.values(answers).filter(Array.isArray).flat());

/** Photos as a form holds them. @param {any[]} known records of the visit @returns {FormPhoto[]} */
export const photosFrom = (known) =>
  known
    .filter(({ removed_at }) => !removed_at)
    .map(({ id, sha256, mime, size, caption, taken_at }) => ({ id, sha256, mime, size, caption: caption ?? "", taken_at }));

/**
 * The operations that bring the photos on record to what the form says. One that was taken for a question which is no
 * longer asked stays at home.
 * @param {VisitState} state @param {any[]} known records of the visit @param {any[]} answered ids in what is asked and answered
 * @returns {import("../outbox.js").Change[]}
 */
export function attachments(state, known, answered) {
  const elsewhere = inAnswers(state);
  const wanted = photosOf(state).filter(({ id }) => !elsewhere.includes(id) || answered.includes(id));
  const made = wanted.map((photo) => change(state, photo, known.find(({ id }) => id === photo.id)));
  const gone = known.filter(({ id, removed_at }) => !removed_at && (state.removed ?? []).includes(id));
  return [...made.filter((each) => each !== null), ...gone.map(removal)];
}

/** @param {VisitState} state @param {FormPhoto} photo @param {any} before @returns {import("../outbox.js").Change | null} */
function change({ id: visit }, { id, caption: typed, sha256, mime, size, taken_at }, before) {
  const caption = typed.trim() || null;
  if (!before) return { kind: "attachment", id, action: "create", patch: { visit_id: visit, sha256, mime, size, caption, taken_at } };
  if ((before.caption ?? null) === caption) return null;
  const base = { caption: before.caption ?? null };
  return { kind: "attachment", id, action: "patch", patch: { caption }, base, base_version: before.version };
}

/** @param {any} record @returns {import("../outbox.js").Change} */
function removal({ id, version }) {
  const patch = { removed_at: new Date().toISOString() };
  return { kind: "attachment", id, action: "patch", patch, base: { removed_at: null }, base_version: version };
}
