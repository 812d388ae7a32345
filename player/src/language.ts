// SPDX-License-Identifier: Apache-2.0
// Languages of sound and subtitles, as a manifest tells them and as people read them. One and the same language has the same key whichever
// player tells of it, so that a listener's choice outlives the track and the player.

export interface Language {
  tag: string; // BCP 47, canonical; 'und': not told
  label: string; // what tells it from another of the same tag ("Commentary"); empty: nothing
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined; // RangeError: what stands there is no tag
  }
}

// Players give a tag, a name, both, or the tag in place of the name (an HLS NAME must not be empty).
export function languageOf(tag: string | null | undefined, label: string | null | undefined): Language {
  const found = canonical(tag || 'und') ?? 'und';
  const name = (label ?? '').trim();
  return { tag: found, label: name !== '' && canonical(name) === found ? '' : name };
}

export const keyOf = ({ tag, label }: Language): string => `${tag} ${label}`;

// "Deutsch" for de: who looks for a language reads it.
function ownName(tag: string): string {
  if (tag === 'und') return 'Unknown language';
  const name = new Intl.DisplayNames([tag, 'en'], { type: 'language', fallback: 'none' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

// A codec may have a set of its own for each language: each language once.
export function distinct(languages: Language[]): Language[] {
  return [...new Map(languages.map((one) => [keyOf(one), one])).values()];
}

// One text for each; two of the same label are told apart by their language.
export function namesOf(languages: Language[]): string[] {
  const short = languages.map((one) => one.label || ownName(one.tag));
  return short.map((name, i) => (languages[i].label && short.filter((other) => other === name).length > 1 ? `${name} · ${ownName(languages[i].tag)}` : name));
}

// What of all comes closest to a choice made before: the same, or the same language under another name. undefined: nothing does.
export function closest(all: Language[], key: string): Language | undefined {
  const [tag] = key.split(' ');
  return all.find((one) => keyOf(one) === key) ?? all.find((one) => one.tag === tag);
}
