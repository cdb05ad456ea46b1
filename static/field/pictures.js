/** Showing photos: from this laptop's disk, or from the server where they are not here and there is a network. */

import { h, icon } from "./dom.js";
import { bytesOf } from "./photos.js";
import { _ } from "./words.js";

/** The pictures that one page shows: each is opened once, and let go when the page is left. */
export class Pictures {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    /** Addresses of what was opened, by hash. @type {Map<string, Promise<string>>} */
    this.opened = new Map();
  }

  /**
   * A photo, small; behind it the whole of it.
   * @param {{sha256: string, mime: string, caption?: string | null}} photo @param {string} [alt] what it shows, where it has no caption
   */
  async show(photo, alt = _("Photo")) {
    const src = await this.address(photo);
    const image = h("img", { src, alt: photo.caption || alt });
    const link = h("a", { href: src, target: "_blank", rel: "noopener" }, image);
    image.addEventListener("error", () => link.replaceWith(notHere()));
    return link;
  }

  /** @param {{sha256: string, mime: string}} photo */
  address({ sha256, mime }) {
    const known = this.opened.get(sha256) ?? this.open(sha256, mime);
    this.opened.set(sha256, known);
    return known;
  }

  /** @param {string} sha256 @param {string} mime */
  async open(sha256, mime) {
    const bytes = await bytesOf(this.database, sha256);
    return bytes ? URL.createObjectURL(new Blob([bytes], { type: mime })) : `/fieldsync/v1/blobs/${sha256}`;
  }

  /** Let go of all. */
  async close() {
    const all = [...this.opened.values()];
    this.opened.clear();
    for (const address of await Promise.all(all)) if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  }
}

const notHere = () =>
  h("span", { class: "photo-away muted small" }, icon("photo"), _("Not on this laptop. It is shown where there is a network."));
