// SPDX-License-Identifier: Apache-2.0
// A minute of readings on a canvas: as an area (the buffer) or as one stem each (requests). The scale's top is a round number.
import type { Reading } from './meter';

const kSpanMs = 60_000;

export function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 5, 10].find((s) => s * power >= value) ?? 10;
  return step * power;
}

export interface GraphStyle {
  form: 'area' | 'stems';
  colour: string; // a CSS custom property
  atLeast: number; // the scale never shows less than this
  label: (top: number) => string;
}

export class Graph {
  private readonly context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly style: GraphStyle,
  ) {
    this.context = canvas.getContext('2d')!;
  }

  draw(readings: Reading[], now = performance.now()): void {
    const { canvas, context, style } = this;
    const scale = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0) return;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const css = getComputedStyle(canvas);
    const colour = css.getPropertyValue(style.colour).trim();
    const top = roundTop(Math.max(style.atLeast, ...readings.map((r) => r.value)));
    const x = (at: number) => width - ((now - at) / kSpanMs) * width;
    const y = (value: number) => height - 1 - (value / top) * (height - 16);

    context.strokeStyle = css.getPropertyValue('--line').trim();
    context.fillStyle = css.getPropertyValue('--quiet').trim();
    context.font = '11px system-ui, sans-serif';
    for (const part of [0.5, 1]) {
      context.beginPath();
      context.moveTo(0, Math.round(y(top * part)) + 0.5);
      context.lineTo(width, Math.round(y(top * part)) + 0.5);
      context.stroke();
    }
    context.fillText(style.label(top), 0, 10);
    if (readings.length === 0) return;
    if (style.form === 'area') this.area(readings, x, y, colour, height);
    else this.stems(readings, x, y, colour, height);
  }

  private area(readings: Reading[], x: (at: number) => number, y: (v: number) => number, colour: string, height: number): void {
    const { context } = this;
    context.beginPath();
    for (const r of readings) context.lineTo(x(r.at), y(r.value));
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(x(readings[readings.length - 1].at), height);
    context.lineTo(x(readings[0].at), height);
    context.globalAlpha = 0.18;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1;
  }

  private stems(readings: Reading[], x: (at: number) => number, y: (v: number) => number, colour: string, height: number): void {
    const { context } = this;
    context.strokeStyle = context.fillStyle = colour;
    for (const r of readings) {
      context.globalAlpha = 0.45;
      context.beginPath();
      context.moveTo(x(r.at), height);
      context.lineTo(x(r.at), y(r.value));
      context.stroke();
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(x(r.at), y(r.value), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
