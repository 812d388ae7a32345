// SPDX-License-Identifier: Apache-2.0
// The operator's page: a live picture of the edge. Metrics every two seconds; what costs more to ask for, every five.
import { byId, setText } from '../dom';
import { mountTheme } from '../view/theme';
import * as feed from './feed';
import { Freshness, type Part } from './freshness';
import { History } from './history';
import { Names } from './names';
import { scopeText } from './scope';
import { showCache, showOrigin, showPurges, showTraffic } from './view/edge';
import { showHealth } from './view/health';
import { showIngest } from './view/ingest';
import { showTop } from './view/top';

const kMetricsMs = 2000;
const kOftenEnoughMs = 5000;

const history = new History();
const names = new Names();
const freshness = new Freshness();

function setState(state: 'live' | 'waiting' | 'lost', text: string): void {
  const output = byId('state');
  output.dataset.state = state;
  setText(output, text);
}

// What is old is grey, never green.
function showFreshness(): void {
  const isLost = freshness.isOld('metrics') || freshness.isOld('status');
  const isLive = history.last !== undefined;
  setState(isLost ? 'lost' : isLive ? 'live' : 'waiting', freshness.text((at) => new Date(at).toLocaleTimeString()));
  for (const card of document.querySelectorAll<HTMLElement>('[data-part]')) card.toggleAttribute('data-old', freshness.isOld(card.dataset.part as Part));
}

function askForToken(why: string): void {
  setState('lost', 'token wanted');
  byId('sign-in').hidden = false;
  byId('board').hidden = true;
  const failure = byId('sign-in-failure');
  failure.hidden = why === '';
  setText(failure, why);
}

async function showMetrics(): Promise<void> {
  history.add(await feed.metrics());
  freshness.answered('metrics', Date.now());
  byId('sign-in').hidden = true;
  byId('board').hidden = false;
  showTraffic(history);
  showOrigin(history);
  showCache(history);
  showPurges(history);
  showFreshness();
}

async function showRest(): Promise<void> {
  const [top, status] = await Promise.all([feed.top(), feed.status()]);
  await names.learn(top.map((row) => row.asset));
  showTop(top, names);
  showHealth(status, history.last);
  const scope = scopeText(status.edges && status.edges.length + status.silent_edges.length);
  for (const label of document.querySelectorAll<HTMLElement>('.scope')) setText(label, scope);
  showIngest(status.ingest);
  freshness.answered('status', Date.now());
  showFreshness();
}

// Asks, shows, waits, asks again; never two at a time. What fails once is asked for again.
async function repeat(every: number, part: Part, show: () => Promise<void>): Promise<never> {
  for (;;) {
    try {
      await show();
    } catch (failure) {
      if (failure instanceof feed.Refused) askForToken(failure.message);
      else {
        freshness.failed(part);
        showFreshness();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

byId<HTMLFormElement>('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  feed.setToken(byId<HTMLInputElement>('token').value);
  void showMetrics().catch((failure) => askForToken(failure instanceof Error ? failure.message : ''));
});
mountTheme();
void repeat(kMetricsMs, 'metrics', showMetrics);
void repeat(kOftenEnoughMs, 'status', showRest);
