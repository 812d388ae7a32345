// SPDX-License-Identifier: Apache-2.0
// A slow link on loopback: a TCP relay that passes bytes on as a line of a given rate and round trip would. One line is shared by all
// connections, as a listener's is; a connection's handshake costs one round trip. (The kernel's netem needs a module that few machines for
// building have. TCP's slow start is left out: its first window is more than such a line holds.)
import { once } from 'node:events';
import net from 'node:net';

const kMtu = 1460;

// One direction of the line: packets wait in one queue, each takes its bits' time on the line, then half a round trip. What was still
// waiting for a connection that is gone is thrown away, as a listener's next page must not wait for it.
function makeDirection(bitsPerMs, delayMs) {
  const queue = [];
  let busy = false;
  const serve = () => {
    let packet;
    do packet = queue.shift();
    while (packet?.to.destroyed);
    busy = packet !== undefined;
    if (!busy) return;
    setTimeout(() => {
      setTimeout(() => packet.to.write(packet.bytes), Math.max(delayMs, packet.notBefore - performance.now()));
      serve();
    }, (packet.bytes.length * 8) / bitsPerMs);
  };
  return (from, to, notBefore) => {
    from.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += kMtu) queue.push({ bytes: bytes.subarray(at, at + kMtu), to, notBefore });
      if (!busy) serve();
    });
    from.on('close', () => setTimeout(() => to.destroy(), delayMs));
    from.on('error', () => to.destroy());
  };
}

// {rate (bit/s), roundTripMs, targets: [address]} → addresses that lead to the targets through the line, and close().
export async function makeSlowLink({ rate, roundTripMs, targets }) {
  const down = makeDirection(rate / 1000, roundTripMs / 2);
  const up = makeDirection(rate / 1000, roundTripMs / 2);
  const servers = [];
  const addresses = [];
  for (const target of targets) {
    const { hostname, port } = new URL(target);
    const server = net.createServer({ noDelay: true }, (client) => {
      const accepted = performance.now();
      const upstream = net.connect({ host: hostname, port: Number(port), noDelay: true });
      up(client, upstream, accepted + 1.5 * roundTripMs);
      down(upstream, client, 0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    addresses.push(`http://127.0.0.1:${server.address().port}`);
  }
  return { addresses, close: () => servers.forEach((server) => server.close()) };
}
