// SPDX-License-Identifier: Apache-2.0
// The deck holds the one media element, the engine that fills it and the queue. Whatever is shown listens for its 'change'.
//   idle → loading → playing ⇄ paused → (next item, or ended);  failed from anywhere, left by play()
import { adviceFor } from './advice';
import { fetchDetail, type AssetDetail, type Entry } from './catalog';
import { type EngineName, isEngineName, kEngines } from './engines/choice';
import type { Engine, Languages, Level, OpenEngine, PlaybackFailure } from './engines/engine';
import { cutEndsAt, cutPeriods, endsByCodec } from './exact_end';
import type { Language } from './language';
import { Meter } from './meter';
import { followsOn, type Item, Queue } from './queue';
import type { Renew } from './renewal';
import { Wish } from './wish';

export type DeckState = 'idle' | 'loading' | 'playing' | 'paused' | 'ended' | 'failed';

export class Deck extends EventTarget {
  readonly queue = new Queue();
  readonly meter: Meter;
  state: DeckState = 'idle';
  message = '';
  detail: AssetDetail | undefined;
  codec = ''; // the listener's wish, for every asset that has it; empty: all that the manifest offers
  private readonly wishes = { sound: new Wish('sound-language'), subtitles: new Wish('subtitles-language') };
  private engine: Engine | undefined;
  private loaded: Entry | undefined;
  private generation = 0; // of load calls: what an earlier one still reports is not ours any more
  private refused = false; // an edge did not take the address: the next load asks for another
  private name: EngineName;

  constructor(
    readonly media: HTMLVideoElement,
    readonly renew: Renew,
  ) {
    super();
    const stored = localStorage.getItem('player');
    this.name = isEngineName(stored) ? stored : 'hls.js';
    this.meter = new Meter(media, () => this.dispatchEvent(new Event('reading')));
    media.addEventListener('playing', () => {
      if (this.engine) this.refused = false;
      this.enter('playing');
    });
    media.addEventListener('pause', () => !media.ended && this.state === 'playing' && this.enter('paused'));
    media.addEventListener('timeupdate', () => this.follow());
    media.addEventListener('ended', () => this.finish());
    document.documentElement.dataset.playback = this.state;
  }

  get engineName(): EngineName {
    return this.name;
  }
  get current(): Item | undefined {
    return this.queue.current;
  }
  // Position and length of the current item; an album's track begins inside the album's timeline.
  get time(): number {
    return Math.max(0, this.media.currentTime - (this.current?.run?.start ?? 0));
  }
  get length(): number {
    const item = this.current;
    if (!item) return Number.NaN;
    return item.run ? item.run.end - item.run.start : item.entry.seconds || this.media.duration;
  }
  levels(): Level[] {
    return this.engine?.levels() ?? [];
  }
  level(): number | undefined {
    return this.engine?.level();
  }
  isAutomatic(): boolean {
    return this.engine?.isAutomatic() ?? true;
  }
  languages(of: 'sound' | 'subtitles'): Languages | undefined {
    return this.engine?.[of];
  }
  throughput(): number | undefined {
    return this.engine?.throughput();
  }

  // Puts the items in the queue and plays the one at `at`.
  playItems(items: Item[], at = 0): Promise<void> {
    this.queue.replace(items, at);
    return this.start();
  }
  enqueue(item: Item): void {
    this.queue.append(item);
    this.changed();
  }
  dequeue(index: number): void {
    this.queue.remove(index);
    this.changed();
  }
  goTo(index: number): Promise<void> {
    return this.queue.go(index) ? this.start() : Promise.resolve();
  }
  next(): Promise<void> {
    return this.goTo(this.queue.position + 1);
  }
  // As every player does: back to the start first, to the one before when already there.
  previous(): Promise<void> {
    if (this.time > 3 || !this.queue.previous) {
      this.seek(0);
      return Promise.resolve();
    }
    return this.goTo(this.queue.position - 1);
  }
  async toggle(): Promise<void> {
    if (this.state === 'failed' || (this.refused && this.state === 'paused')) return this.load(this.media.currentTime);
    if (this.state === 'ended') return this.start();
    if (!this.media.paused) this.media.pause();
    else await this.media.play().catch(() => undefined);
  }
  seek(seconds: number): void {
    const wanted = Math.max(0, Math.min(seconds, this.length || seconds));
    this.media.currentTime = wanted + (this.current?.run?.start ?? 0);
    this.changed();
  }
  async chooseEngine(name: EngineName): Promise<void> {
    this.name = name;
    localStorage.setItem('player', name);
    if (this.current) await this.load(this.media.currentTime);
    else this.changed();
  }
  async chooseCodec(codec: string): Promise<void> {
    if (this.codec === codec) return;
    this.codec = codec;
    if (this.current) await this.load(this.media.currentTime);
  }
  force(level: number | undefined): void {
    this.engine?.force(level);
    this.changed();
  }

  // undefined: no subtitles.
  chooseLanguage(of: 'sound' | 'subtitles', language: Language | undefined): void {
    if (this.engine) this.wishes[of].choose(this.engine[of], language);
    this.changed();
  }

  private start(): Promise<void> {
    const item = this.current;
    if (!item) return Promise.resolve();
    const source = item.run?.album ?? item.entry;
    if (this.loaded?.asset === source.asset && this.engine && this.state !== 'failed' && item.run) {
      this.seek(0);
      return this.media.play().catch(() => undefined);
    }
    return this.load(item.run?.start ?? 0);
  }

  private async load(from: number): Promise<void> {
    const item = this.current;
    if (!item) return;
    const listed = item.run?.album ?? item.entry;
    const mine = ++this.generation;
    const previous = this.engine;
    this.engine = undefined;
    this.loaded = listed;
    this.enter('loading');
    cutEndsAt(new Map());
    await previous?.destroy();
    const source = await this.renew(listed, this.refused);
    if (mine !== this.generation) return;
    // Asked for before the manifest, so that the exact end is known before the last segment can be appended.
    const learned = source.periods
      ? this.learn(mine, undefined)
      : fetchDetail(source)
          .catch(() => undefined)
          .then((detail) => this.learn(mine, detail));
    if (source.periods) cutPeriods(source.periods);
    // Only DASH says where on the clock a playlist's tracks lie, which is what they are cut by.
    const engine = kEngines[source.periods && kEngines[this.name].protocol === 'hls' ? 'dash.js' : this.name];
    const address = new URL(engine.protocol === 'hls' ? source.hls : source.dash, document.baseURI);
    if (this.codec) {
      await learned;
      const offered = source.periods?.[0] ? Object.keys(source.periods[0].shifts) : this.detail?.renditions.map((r) => r.codec);
      if (offered?.includes(this.codec)) address.searchParams.set('codecs', this.codec);
    }
    let open: OpenEngine;
    try {
      ({ open } = await engine.open());
    } catch (error) {
      return this.fail({ engine: engine.label, cause: 'network', detail: `its script did not load: ${(error as Error).message}` });
    }
    if (mine !== this.generation) return;
    if (!('MediaSource' in globalThis || 'ManagedMediaSource' in globalThis)) {
      return this.fail({ engine: engine.label, cause: 'unsupported', detail: 'no MediaSource' });
    }
    this.meter.begin();
    this.wishes.sound.begin();
    this.wishes.subtitles.begin();
    if (from > 0) this.media.addEventListener('loadedmetadata', () => mine === this.generation && (this.media.currentTime = from), { once: true });
    const opened = await open(this.media, address.href, {
      onChange: () => mine === this.generation && this.heedWishes(),
      onFailure: (failure) => mine === this.generation && this.fail(failure),
    });
    if (mine !== this.generation) return void opened.destroy();
    this.engine = opened;
    this.heedWishes();
    await this.media.play().catch((error: DOMException) => {
      // The browser wants a gesture first: everything is ready, the listener presses play.
      if (error.name === 'NotAllowedError' && mine === this.generation) this.enter('paused');
    });
  }

  private heedWishes(): void {
    if (this.engine) {
      this.wishes.sound.heed(this.engine.sound);
      this.wishes.subtitles.heed(this.engine.subtitles);
    }
    this.changed();
  }

  private learn(mine: number, detail: AssetDetail | undefined): void {
    if (mine !== this.generation) return;
    this.detail = detail;
    if (detail) cutEndsAt(endsByCodec(detail));
    this.changed();
  }

  // On an album's timeline the next track begins without any event: only the clock tells.
  private follow(): void {
    const run = this.current?.run;
    if (!run || this.media.seeking || this.media.currentTime < run.end) return;
    if (followsOn(this.current, this.queue.next)) {
      this.queue.go(this.queue.position + 1);
      this.changed();
    } else if (!this.media.ended) {
      this.media.pause();
      this.finish();
    }
  }

  private finish(): void {
    if (this.queue.next) void this.next();
    else this.enter('ended');
  }

  // A token that ran out while it played, or whose key went, is renewed once, and playing goes on where it was.
  private fail(failure: PlaybackFailure): void {
    if ((failure.status === 401 || failure.status === 403) && !this.refused) {
      this.refused = true;
      if (this.state !== 'paused') void this.load(this.media.currentTime);
      return;
    }
    this.message = adviceFor(failure);
    this.media.pause();
    this.enter('failed');
  }

  private enter(state: DeckState): void {
    this.state = state;
    if (state !== 'failed') this.message = '';
    document.documentElement.dataset.playback = state;
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
