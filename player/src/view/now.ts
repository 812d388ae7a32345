// SPDX-License-Identifier: Apache-2.0
// The stage (cover or picture), the choices (player, codec, quality) and the signal: graphs and numbers of the last minute.
import type { Deck } from '../deck';
import { byId, h, setText, sleeveStyle } from '../dom';
import { type EngineName, kEngines } from '../engines/choice';
import type { Level } from '../engines/engine';
import { bitRate, codecName } from '../format';
import { Graph } from '../graph';
import { keyOf, namesOf } from '../language';
import { bufferAhead } from '../meter';

export function mountNow(deck: Deck): void {
  mountStage(deck);
  mountWholeScreen(deck.media);
  mountChoices(deck);
  mountLanguages(deck);
  mountSignal(deck);
}

function mountStage(deck: Deck): void {
  const images = [byId<HTMLImageElement>('cover'), byId<HTMLImageElement>('thumb')];
  for (const image of images) image.addEventListener('error', () => (image.hidden = true));
  deck.addEventListener('change', () => {
    const entry = deck.current?.entry;
    const cover = entry?.cover ? new URL(entry.cover, document.baseURI).href : '';
    for (const image of images) {
      if (image.src === cover || (image.src === '' && cover === '')) continue;
      image.hidden = cover === '';
      if (cover) image.src = cover;
    }
    if (entry) document.body.style.cssText = sleeveStyle(entry.artists[0] ?? entry.title);
    document.body.toggleAttribute('data-video', entry?.kind === 'video');
    const failure = byId('failure');
    setText(failure, deck.message);
    failure.hidden = deck.message === '';
  });
}

// A picture fills the screen by the button, a double click, or f. The browser's own bar is shown there, for ours is out of sight; its menu has the subtitles.
function mountWholeScreen(media: HTMLVideoElement): void {
  const onPhone = media as { webkitEnterFullscreen?: () => void }; // Safari on an iPhone has nothing else
  const turn = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if ('requestFullscreen' in media) void media.requestFullscreen();
    else onPhone.webkitEnterFullscreen?.();
  };
  byId('whole-screen').addEventListener('click', turn);
  media.addEventListener('dblclick', turn);
  document.addEventListener('fullscreenchange', () => (media.controls = document.fullscreenElement === media));
}

function levelText(level: Level): string {
  return [level.height ? `${level.height}p` : '', codecName(level.codec), bitRate(level.bps)].filter((t) => t !== '').join(' · ');
}

// Replaces a list's options only when they differ: an open list must not close under the listener's hand.
function setOptions(select: HTMLSelectElement, options: [value: string, text: string][], value: string): void {
  const wanted = JSON.stringify(options);
  if (select.dataset.options !== wanted) {
    select.replaceChildren(...options.map(([v, text]) => h('option', { value: v }, text)));
    select.dataset.options = wanted;
  }
  if (select.value !== value) select.value = value;
  select.disabled = options.length < 2;
}

function mountChoices(deck: Deck): void {
  const engine = byId<HTMLSelectElement>('engine');
  const codec = byId<HTMLSelectElement>('codec');
  const quality = byId<HTMLSelectElement>('quality');
  engine.addEventListener('change', () => void deck.chooseEngine(engine.value as EngineName));
  codec.addEventListener('change', () => void deck.chooseCodec(codec.value));
  quality.addEventListener('change', () => deck.force(quality.value === '' ? undefined : Number(quality.value)));
  const show = () => {
    setOptions(engine, Object.entries(kEngines).map(([name, e]) => [name, e.label]), deck.engineName);
    // With video the codec choice is the picture's; audio goes with it.
    const renditions = deck.detail?.renditions ?? [];
    const audioOnly = renditions.every((r) => r.audio !== undefined);
    const codecs = audioOnly ? [...new Set(renditions.map((r) => r.codec))] : [];
    setOptions(codec, [['', 'Any'], ...codecs.map((c): [string, string] => [c, codecName(c)])], deck.codec);
    const levels = deck.levels();
    const playing = deck.level();
    const auto = deck.isAutomatic() && playing !== undefined && levels[playing] ? `Auto · ${bitRate(levels[playing].bps)}` : 'Auto';
    setOptions(quality, [['', auto], ...levels.map((l, i): [string, string] => [String(i), levelText(l)])], deck.isAutomatic() || playing === undefined ? '' : String(playing));
  };
  deck.addEventListener('change', show);
  show();
}

// Only where there is something to choose: a second language of sound, any subtitles.
function mountLanguages(deck: Deck): void {
  for (const [of, atLeast, none] of [['sound', 2, []], ['subtitles', 1, [['', 'Off']]]] as ['sound' | 'subtitles', number, [string, string][]][]) {
    const select = byId<HTMLSelectElement>(`${of}-language`);
    select.addEventListener('change', () => deck.chooseLanguage(of, deck.languages(of)?.all().find((one) => keyOf(one) === select.value)));
    deck.addEventListener('change', () => {
      const all = deck.languages(of)?.all() ?? [];
      const chosen = deck.languages(of)?.chosen();
      const names = namesOf(all);
      setOptions(select, [...none, ...all.map((one, i): [string, string] => [keyOf(one), names[i]])], chosen ? keyOf(chosen) : '');
      select.closest('label')!.hidden = all.length < atLeast;
    });
  }
}

function mountSignal(deck: Deck): void {
  const { meter } = deck;
  const buffer = new Graph(byId<HTMLCanvasElement>('buffer-graph'), { form: 'area', colour: '--accent', atLeast: 10, label: (top) => `${top} s` });
  const throughput = new Graph(byId<HTMLCanvasElement>('throughput-graph'), { form: 'stems', colour: '--second', atLeast: 1e6, label: bitRate });
  deck.addEventListener('reading', () => {
    if (document.visibilityState !== 'visible') return;
    buffer.draw(meter.buffer);
    throughput.draw(meter.requests);
    if (!deck.current) return;
    const level = deck.levels()[deck.level() ?? -1];
    setText(byId('buffer-now'), `${bufferAhead(deck.media).toFixed(1)} s`);
    setText(byId('throughput-now'), bitRate(deck.throughput() ?? meter.requests.at(-1)?.value));
    setText(byId('level-now'), level ? levelText(level) : '–');
    setText(byId('startup-now'), meter.startupMs === undefined ? '–' : `${Math.round(meter.startupMs)} ms`);
    setText(byId('stalls-now'), meter.stalls === 0 ? 'none' : `${meter.stalls}, ${(meter.stalledMs / 1000).toFixed(1)} s`);
    setText(byId('loaded-now'), `${(meter.bytes / 1e6).toFixed(1)} MB`);
  });
}
