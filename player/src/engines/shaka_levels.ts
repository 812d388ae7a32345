// SPDX-License-Identifier: Apache-2.0
// Shaka has one variant for each pair of picture and sound, of every language. Levels are those of the language that is heard.
interface Variant {
  active: boolean;
  bandwidth: number;
  language: string;
  label: string | null;
}

export function levelsOf<V extends Variant>(variants: V[]): V[] {
  const heard = variants.find((one) => one.active) ?? variants[0];
  return variants.filter((one) => one.language === heard.language && one.label === heard.label).sort((a, b) => a.bandwidth - b.bandwidth);
}
