/** Minutes say what the people who were there may read, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mailLink, minutesOf, subjectOf } from "../../static/field/minutes.js";

const ACCOUNT = { name: "Gemi Onarım A.Ş." };
const VISIT = {
  kind: "visit", happened_at: "2026-05-05T10:00:00Z", summary: "Şişli / İĞÜŞÖÇ:\nthey decide in June", next_steps: "Send samples",
  next_step_on: "2026-06-01", usage: "1200", competitor: "Gave samples away",
};
const PEOPLE = [
  { name: "İsmail Usta", position: "Ustabaşı", email: "ismail@example.com" },
  { name: "Hasan Demir", position: null, email: null },
];

test("the text has who, what and what comes next, and what is not there is left out", () => {
  const text = minutesOf(VISIT, ACCOUNT, PEOPLE, "Cem Güneş");
  for (const part of ["Gemi Onarım A.Ş.", "- İsmail Usta (Ustabaşı)", "- Hasan Demir", "they decide in June", "Send samples", "Cem Güneş"])
    assert.ok(text.includes(part), part);
  assert.ok(!text.includes("1200") && !text.includes("Gave samples"));
  const bare = minutesOf({ kind: "call", happened_at: VISIT.happened_at, summary: "Short." }, ACCOUNT, [], "Cem Güneş");
  assert.ok(bare.startsWith("Call: Gemi") && !bare.includes("Next steps") && !bare.includes("Who was there"));
});

test("the link begins a mail to those whose address is known, with every letter, unless it is too long for one", () => {
  const text = minutesOf(VISIT, ACCOUNT, PEOPLE, "Cem Güneş");
  const link = new URL(mailLink(subjectOf(VISIT, ACCOUNT), text, PEOPLE) ?? "");
  assert.equal(decodeURIComponent(link.pathname), "ismail@example.com");
  assert.equal(link.searchParams.get("body"), text.replaceAll("\n", "\r\n"));
  assert.match(link.searchParams.get("subject") ?? "", /Gemi Onarım/);
  assert.equal(mailLink("s", "ş".repeat(2000), []), null);
});
