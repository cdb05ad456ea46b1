/** Writes a file of unsent work as a laptop does: `write_file.js USER ACCOUNT PASSPHRASE` prints it. */

import { newId } from "../../static/field/ids.js";
import { keepDraft, save } from "../../static/field/outbox.js";
import { exportWork } from "../../static/field/transfer.js";
import { Laptop } from "./laptop.js";

const [user, account, passphrase] = process.argv.slice(2);
const { real: database } = await new Laptop(async () => Response.error()).tab();
for (const summary of ["Şişli'de görüşüldü", "Tekrar arandı"]) {
  const id = newId();
  const patch = { account_id: account, summary, kind: "visit", status: "completed", happened_at: "2026-11-20T09:00:00Z" };
  await save(database, { id, kind: "visit", about: "Gemi" }, [{ kind: "visit", id, action: "create", patch }]);
}
await keepDraft(database, newId(), account, "visit", { summary: "half" });
const file = await exportWork(database, { id: user, name: "Cem Güneş", locale: null, theme: null }, passphrase);
process.stdout.write(await file.text(), () => process.exit(0));
