// SPDX-License-Identifier: Apache-2.0
// A small graph in SVG: one or two lines over the last minutes, each on its own scale, the first one filled.
import { roundTop } from '../graph';

export interface Line {
  values: { at: number; value: number | undefined }[]; // undefined: a gap
  kind: 'first' | 'second';
  top?: number; // of the scale; a round number above all values unless given
  label: (top: number) => string;
}

const kWidth = 600;
const kHeight = 150;
const kNamespace = 'http://www.w3.org/2000/svg';

// Path data of a line; gaps begin a new stretch. `span`: ms from left to right.
export function pathOf(values: Line['values'], now: number, span: number, top: number): string {
  let path = '';
  let pen = 'M';
  for (const { at, value } of values) {
    if (value === undefined) {
      pen = 'M';
      continue;
    }
    const x = kWidth - ((now - at) / span) * kWidth;
    const y = kHeight - 2 - (Math.min(value, top) / top) * (kHeight - 8);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

// The area below it: every stretch closed at the bottom.
export function areaOf(path: string): string {
  return path
    .split('M')
    .filter((stretch) => stretch.includes('L'))
    .map((stretch) => {
      const points = stretch.split('L');
      const [first, last] = [points[0].split(' ')[0], points[points.length - 1].split(' ')[0]];
      return `M${stretch}L${last} ${kHeight}L${first} ${kHeight}Z`;
    })
    .join('');
}

// A stretch of one point would not be seen: it becomes a dot.
function dotted(path: string): string {
  return path.replace(/M([^ML]+)(?=M|$)/g, 'M$1h0');
}

function add(svg: SVGSVGElement, name: string, attributes: Record<string, string>, text = ''): void {
  const element = document.createElementNS(kNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  svg.append(element);
}

export function draw(svg: SVGSVGElement, lines: Line[], now: number, span: number): void {
  svg.replaceChildren();
  svg.setAttribute('viewBox', `0 0 ${kWidth} ${kHeight}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  for (const part of [0, 0.5, 1]) {
    const y = String(kHeight - 2 - part * (kHeight - 8));
    add(svg, 'line', { x1: '0', x2: String(kWidth), y1: y, y2: y, class: 'grid' });
  }
  const labels: string[] = [];
  for (const line of lines) {
    const top = line.top ?? roundTop(Math.max(0, ...line.values.map(({ value }) => value ?? 0)));
    const path = pathOf(line.values, now, span, top);
    if (line.kind === 'first') add(svg, 'path', { d: areaOf(path), class: 'area' });
    add(svg, 'path', { d: dotted(path), class: line.kind });
    labels.push(line.label(top));
  }
  // Text must not be stretched with the drawing.
  const scale = svg.nextElementSibling?.classList.contains('scale') ? svg.nextElementSibling : svg.parentElement?.appendChild(document.createElement('p'));
  if (!scale) return;
  scale.className = 'scale';
  scale.textContent = labels.join(' · ');
}
