/** Writes a file of unsent work as a laptop does: `write_file.js USER ACCOUNT PASSPHRASE [PHOTO]` prints it. */

import { createHash } from "node:crypto";
import { newId } from "../../static/field/ids.js";
import { keepDraft, save } from "../../static/field/outbox.js";
import { keepPhoto } from "../../static/field/photos.js";
import { exportWork } from "../../static/field/transfer.js";
import { Laptop } from "./laptop.js";

const [user, account, passphrase, photo] = process.argv.slice(2);
const { real: database } = await new Laptop(async () => Response.error()).tab();
for (const summary of ["Şişli'de görüşüldü", "Tekrar arandı"]) {
  const id = newId();
  const patch = { account_id: account, summary, kind: "visit", status: "completed", happened_at: "2026-11-20T09:00:00Z" };
  await save(database, { id, kind: "visit", about: "Gemi" }, [{ kind: "visit", id, action: "create", patch }]);
}
if (photo) {
  const id = newId();
  const bytes = new Uint8Array(Buffer.from(photo, "base64"));
  const about = { sha256: createHash("sha256").update(bytes).digest("hex"), mime: "image/png" };
  await keepPhoto(database, { ...about, bytes }, id);
  await save(database, { id, kind: "visit" }, [
    { kind: "visit", id, action: "create", patch: { account_id: account, kind: "visit", status: "completed", happened_at: "2026-11-20T10:00:00Z" } },
    { kind: "attachment", id: newId(), action: "create", patch: { visit_id: id, ...about, size: bytes.length } },
  ]);
}
await keepDraft(database, newId(), account, "visit", { summary: "half" });
const file = await exportWork(database, { id: user, name: "Cem Güneş", locale: null, theme: null }, passphrase);
process.stdout.write(await file.text(), () => process.exit(0));
