// SPDX-License-Identifier: Apache-2.0
// The tests' own web server on loopback: exam pages, the players' scripts, folders of media (with byte ranges), and uploads of recordings.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineScript, playerScripts } from './toolchain.mjs';

const pages = fileURLToPath(new URL('../page/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
  '.cmfa': 'audio/mp4',
  '.cmfv': 'video/mp4',
  '.cmft': 'application/mp4',
  '.vtt': 'text/vtt',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
};

function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') return { start: Math.max(0, size - Number(match[2])), end: size - 1 };
  return { start: Number(match[1]), end: match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2])) };
}

async function sendFile(request, response, file) {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end(`no file for ${request.url}\n`);
    return;
  }
  const range = rangeOf(request.headers.range, found.size);
  const headers = {
    'Content-Type': types[path.extname(file)] ?? 'application/octet-stream',
    'Access-Control-Allow-Origin': '*',
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-store',
    'Content-Length': range ? range.end - range.start + 1 : found.size,
  };
  if (range) headers['Content-Range'] = `bytes ${range.start}-${range.end}/${found.size}`;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') response.end();
  else createReadStream(file, range).pipe(response);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// folders: {name: directory}, served below /name/. Recordings posted to /upload/<name> are kept in `uploads`.
export async function startWebServer(folders) {
  const uploads = new Map();
  const server = http.createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const [, first, ...rest] = name.split('/');
    if (name.includes('/../')) response.writeHead(400).end();
    else if (request.method === 'POST' && first === 'upload') {
      uploads.set(rest.join('/'), await bodyOf(request));
      response.writeHead(204).end();
    } else if (first === 'engines') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(await engineScript(rest[0]));
    else if (first === 'players' && playerScripts[rest[0]]) await sendFile(request, response, playerScripts[rest[0]]);
    else if (first in folders) await sendFile(request, response, path.join(folders[first], ...rest));
    else await sendFile(request, response, path.join(pages, first, ...rest));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    uploads,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
