// SPDX-License-Identifier: Apache-2.0
// Figures as an operator reads them.

export function count(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
}

// "1 answer", "2 answers".
export function counted(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

export function bytes(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function percent(part: number | undefined): string {
  if (part === undefined || !Number.isFinite(part)) return '–';
  return `${(part * 100).toFixed(part > 0.995 && part < 1 ? 2 : part === 1 || part === 0 ? 0 : 1)} %`;
}

export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '–';
  const short = (value: number) => (value >= 9.95 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1));
  return seconds < 0.9995 ? `${short(seconds * 1000)} ms` : `${short(seconds)} s`;
}
