// SPDX-License-Identifier: Apache-2.0
// Numbers as a person reads them.

export function clock(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–:––';
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function bitRate(bps: number | undefined): string {
  if (bps === undefined || !Number.isFinite(bps)) return '–';
  if (bps >= 1e6) return `${(bps / 1e6).toFixed(bps >= 1e7 ? 0 : 1)} Mbit/s`;
  return `${Math.round(bps / 1000)} kbit/s`;
}

export function codecName(codec: string): string {
  const name = codec.toLowerCase();
  if (name.startsWith('mp4a')) return 'AAC';
  if (name.startsWith('opus')) return 'Opus';
  if (name.startsWith('flac')) return 'FLAC';
  if (name.startsWith('alac')) return 'ALAC';
  if (name.startsWith('avc')) return 'H.264';
  if (name.startsWith('hvc') || name.startsWith('hev')) return 'HEVC';
  if (name.startsWith('av01')) return 'AV1';
  return codec;
}
