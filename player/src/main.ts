// SPDX-License-Identifier: Apache-2.0
// The page. Addresses may name what to play: #asset=ID or #playlist=ID (&token= of a private one), with &player=shaka-dash, &codec=flac and &track=3 (of an album) when
// wanted. #setup=CODE, of `segue user setup`, makes the first account, #invitation=CODE one more.
import { Deck } from './deck';
import { byId } from './dom';
import { isEngineName, kEngines } from './engines/choice';
import { watchSourceBuffers } from './exact_end';
import { renewalBy } from './renewal';
import { Session } from './session';
import { mountChrome } from './view/chrome';
import { Library } from './view/library';
import { showLost } from './view/lost';
import { mountNow } from './view/now';
import { Playlists } from './view/playlists';
import { mountQueue } from './view/queue_list';
import { mountSetup } from './view/setup';
import { mountTransport } from './view/transport';

async function playAddressed(deck: Deck, library: Library): Promise<void> {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const player = wanted.get('player');
  if (isEngineName(player)) await deck.chooseEngine(player);
  const codec = wanted.get('codec');
  if (codec !== null) await deck.chooseCodec(codec);
  const playlist = wanted.get('playlist');
  const asset = wanted.get('asset');
  showLost(false);
  if (playlist) return library.playPlaylist(playlist, wanted.get('token') ?? '', Number(wanted.get('track') ?? 1) - 1);
  if (!asset) return;
  const entry = await library.named(asset);
  if (entry === 'gone') return showLost(true);
  if (entry === 'away') return; // the library's own notice says why
  if (entry.kind === 'album') await library.playAlbum(entry, Number(wanted.get('track') ?? 1) - 1);
  else await deck.playItems([{ entry }]);
}

async function start(): Promise<void> {
  watchSourceBuffers();
  const session = new Session();
  const deck = new Deck(byId<HTMLVideoElement>('media'), renewalBy((address) => session.fetch(address)));
  const library = new Library(deck, session);
  const playlists = new Playlists(deck, session, (asset) => library.find(asset));
  mountChrome();
  mountSetup(session);
  mountTransport(deck);
  mountNow(deck);
  mountQueue(deck);
  await library.refresh();
  void playlists.refresh();
  await playAddressed(deck, library);
  window.addEventListener('hashchange', () => void playAddressed(deck, library));
  // By the time a listener has chosen, the player is there.
  void kEngines[deck.engineName].open();
}

void start();
