// SPDX-License-Identifier: Apache-2.0
// The bar at the bottom: what plays, back, play, on, position, volume; the same on the keyboard and on the lock screen.
import type { Deck } from '../deck';
import { byId, setText } from '../dom';
import { clock } from '../format';

const kScrubberSteps = 1000;

export function mountTransport(deck: Deck): void {
  const scrubber = byId<HTMLInputElement>('scrubber');
  const volume = byId<HTMLInputElement>('volume');
  let dragging = false;

  byId('play').addEventListener('click', () => void deck.toggle());
  byId('next').addEventListener('click', () => void deck.next());
  byId('previous').addEventListener('click', () => void deck.previous());
  scrubber.addEventListener('input', () => {
    dragging = true;
    setText(byId('elapsed'), clock((Number(scrubber.value) / kScrubberSteps) * deck.length));
  });
  scrubber.addEventListener('change', () => {
    dragging = false;
    deck.seek((Number(scrubber.value) / kScrubberSteps) * deck.length);
  });
  volume.value = localStorage.getItem('volume') ?? '1';
  const setVolume = () => {
    deck.media.volume = Number(volume.value);
    localStorage.setItem('volume', volume.value);
    volume.style.setProperty('--part', `${Number(volume.value) * 100}%`);
  };
  volume.addEventListener('input', setVolume);
  setVolume();

  const showTime = () => {
    const part = deck.length > 0 ? deck.time / deck.length : 0;
    if (!dragging) {
      scrubber.value = String(Math.round(part * kScrubberSteps));
      setText(byId('elapsed'), clock(deck.time));
    }
    scrubber.style.setProperty('--part', `${(Number(scrubber.value) / kScrubberSteps) * 100}%`);
    scrubber.setAttribute('aria-valuetext', `${clock(deck.time)} of ${clock(deck.length)}`);
    setText(byId('total'), clock(deck.current ? deck.length : 0));
  };
  const showItem = () => {
    const entry = deck.current?.entry;
    if (entry) {
      setText(byId('title'), entry.title);
      setText(byId('artist'), [entry.artists.join(', '), entry.album].filter((t) => t !== '').join(' · '));
      document.title = `${entry.title} – Segue`;
    }
    byId('play').setAttribute('aria-label', deck.state === 'playing' ? 'Pause' : 'Play');
    byId<HTMLButtonElement>('next').disabled = !deck.queue.next;
    byId<HTMLButtonElement>('previous').disabled = byId<HTMLButtonElement>('play').disabled = !deck.current;
    showTime();
  };
  deck.addEventListener('change', showItem);
  deck.media.addEventListener('timeupdate', showTime);
  deck.media.addEventListener('durationchange', showTime);
  mountKeyboard(deck, volume, setVolume);
  mountMediaSession(deck);
  showItem();
}

function mountKeyboard(deck: Deck, volume: HTMLInputElement, setVolume: () => void): void {
  const turn = (by: number) => {
    volume.value = String(Number(volume.value) + by);
    setVolume();
  };
  const keys: Record<string, () => void> = {
    ' ': () => void deck.toggle(),
    k: () => void deck.toggle(),
    ArrowLeft: () => deck.seek(deck.time - 5),
    ArrowRight: () => deck.seek(deck.time + 5),
    ArrowUp: () => turn(0.05),
    ArrowDown: () => turn(-0.05),
    n: () => void deck.next(),
    p: () => void deck.previous(),
    f: () => document.body.hasAttribute('data-video') && byId('whole-screen').click(),
    m: () => (deck.media.muted = !deck.media.muted),
    '/': () => byId('search').focus(),
  };
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') return target.blur();
    // Where a key already means something (typing, a list, a slider, pressing a button), it keeps that meaning.
    if (target.matches('input, select, textarea') || (target.matches('button, a') && event.key === ' ')) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function mountMediaSession(deck: Deck): void {
  const session = navigator.mediaSession;
  if (!session) return;
  session.setActionHandler('play', () => void deck.toggle());
  session.setActionHandler('pause', () => void deck.toggle());
  session.setActionHandler('nexttrack', () => void deck.next());
  session.setActionHandler('previoustrack', () => void deck.previous());
  session.setActionHandler('seekto', (details) => details.seekTime !== undefined && deck.seek(details.seekTime));
  deck.addEventListener('change', () => {
    const entry = deck.current?.entry;
    if (!entry || session.metadata?.title === entry.title) return;
    const artwork = entry.cover ? [{ src: new URL(entry.cover, document.baseURI).href }] : [];
    session.metadata = new MediaMetadata({ title: entry.title, artist: entry.artists.join(', '), album: entry.album, artwork });
  });
}
