// SPDX-License-Identifier: Apache-2.0
// What assets are called: ids say little to a person. The catalog's list is read as far as is needed, and not again and again for an id
// that it does not have.
import { completeEntry, type Entry } from '../catalog';

const kMostPages = 20;
const kAgainMs = 60_000;

interface Page {
  assets: Partial<Entry>[];
  next?: string | null;
}

function nameOf(entry: Entry): string {
  return entry.artists.length > 0 ? `${entry.title} · ${entry.artists.join(', ')}` : entry.title;
}

export class Names {
  private readonly known = new Map<string, string>();
  private lastRead = -Infinity;

  of(asset: string): string {
    return this.known.get(asset) ?? asset;
  }

  async learn(assets: string[]): Promise<void> {
    const unknown = () => assets.some((asset) => !this.known.has(asset));
    if (!unknown() || performance.now() - this.lastRead < kAgainMs) return;
    this.lastRead = performance.now();
    let address: URL | undefined = new URL('api/v1/assets?limit=500', document.baseURI);
    for (let n = 0; address && n < kMostPages && unknown(); n++) {
      const answer: Response | undefined = await fetch(address).catch(() => undefined);
      if (!answer?.ok) return;
      const page = (await answer.json()) as Page;
      for (const found of page.assets) {
        const entry = completeEntry(found);
        if (entry) this.known.set(entry.asset, nameOf(entry));
      }
      address = page.next ? new URL(page.next, address) : undefined;
    }
  }
}
