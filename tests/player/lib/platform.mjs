// SPDX-License-Identifier: Apache-2.0
// The whole platform, started by `segue up` in a folder and on ports of its own, stopped and removed afterwards.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './toolchain.mjs';

const run = promisify(execFile);
const segue = process.env.SEGUE ?? path.join(repository, 'segue');
const kPorts = 10; // gateway, origin, edge, catalog and what may come

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

// The first port of a run of free ones; where the search starts depends on the process, so that tests at the same time do not meet.
// Below 32768, where Linux takes the ports of outgoing connections from.
async function freePorts() {
  for (let base = 20000 + ((process.pid * kPorts) % 12000); ; base = 20000 + ((base + kPorts) % 12000)) {
    const free = await Promise.all(Array.from({ length: kPorts }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
}

// Lines of JSON that a command prints; a command that fails says why on stderr.
function jsonLines(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(segue, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = [[], []];
    child.stdout.on('data', (bytes) => out.push(bytes));
    child.stderr.on('data', (bytes) => err.push(bytes));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) reject(new Error(`segue ${args.join(' ')}: exit code ${code}\n${Buffer.concat(err)}${Buffer.concat(out)}`));
      else resolve(Buffer.concat(out).toString().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)));
    });
  });
}

// use({gateway, edge, origin (addresses), home (folder), ingest(files, ...options), segue(...args)}): ingest returns what
// `segue ingest --json` says, segue the lines of JSON of any command; say
// is for one that prints none. `up`: further arguments of `segue up`.
export async function withPlatform(use, { up = [], env: further = {} } = {}) {
  const home = await mkdtemp(path.join(os.tmpdir(), 'segue-platform-'));
  const env = { ...process.env, ...further, SEGUE_HOME: home, SEGUE_PORT: String(await freePorts()) };
  try {
    await run(segue, ['up', ...up], { env });
    const status = JSON.parse((await run(segue, ['status', '--json'], { env })).stdout);
    const { gateway, edge, origin } = status;
    return await use({ gateway, edge, origin, home, ingest: (files, ...options) => jsonLines(['ingest', '--json', ...options, ...files], env), segue: (...args) => jsonLines(args, env), say: (...args) => run(segue, args, { env }) });
  } finally {
    await run(segue, ['down'], { env }).catch(() => undefined);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
