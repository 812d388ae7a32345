// SPDX-License-Identifier: Apache-2.0
// Debian's nginx as anyone sets it up for a folder of files: no module of ours, nothing tuned.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const config = (folder, files, port, user) => `
daemon off;
user ${user};
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    root ${files};
    add_header Access-Control-Allow-Origin *;
  }
}
`;

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

// Serves the folder `files` while use(address) runs.
export async function withPlainNginx(files, use) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'segue-nginx-'));
  const port = await freePort();
  await writeFile(path.join(folder, 'nginx.conf'), config(folder, files, port, os.userInfo().username));
  const nginx = spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-p', folder, '-e', path.join(folder, 'error.log')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const gone = once(nginx, 'exit').then(([code]) => {
    throw new Error(`nginx ended with ${code}`);
  });
  gone.catch(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  try {
    while (!(await Promise.race([gone, fetch(url).then(() => true, () => false)])));
    return await use(url);
  } finally {
    nginx.kill('SIGTERM');
    await gone.catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}
