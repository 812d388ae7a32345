// SPDX-License-Identifier: Apache-2.0
// The three players as anyone uses them: default settings, one call to load. Each gives the same small face:
//   load(url) starts; levels() counts the qualities; force(i, hard) takes one: at the next segment, or at once (what is buffered is dropped)
//   showText(), before load, hls.js and Shaka: the first subtitles are on
//   bufferAhead(seconds), before load: less than the default, so that a short clip is not loaded whole before a switch can be asked for
// Seconds that Shaka leaves in the buffer when it drops the rest; without them it stalls until the first new segment is there.
const kSafeMargin = 1;

const scripts = { 'hls.js': 'hls.js', 'hls.js, prompt': 'hls.js', 'dash.js': 'dash.js', 'shaka-hls': 'shaka.js', 'shaka-dash': 'shaka.js' };

function loadScript(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `/players/${name}`;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load /players/${name}`));
    document.head.append(script);
  });
}

async function makeHls(media, fail, config = {}) {
  const player = new Hls(config);
  player.on(Hls.Events.ERROR, (_, data) => data.fatal && fail(`hls.js: ${data.type} ${data.details} ${data.error ?? ''}`));
  // As hls.js' own guide has it: attached first. A playlist that is there before the media source is open waits for a clock of 100 ms.
  const attached = new Promise((resolve) => player.once(Hls.Events.MEDIA_ATTACHED, resolve));
  player.attachMedia(media);
  await attached;
  return {
    player,
    load: (url) => player.loadSource(url),
    // As a person does in the browser's own menu.
    showText: () => media.textTracks.addEventListener('addtrack', ({ track }) => (track.mode = 'showing')),
    bufferAhead: (seconds) => Object.assign(player.config, { maxBufferLength: seconds, maxMaxBufferLength: seconds }),
    levels: () => player.levels.length,
    force: (i, hard) => {
      if (hard) player.currentLevel = i;
      else player.nextLoadLevel = i;
    },
  };
}

// hls.js as our own page sets it up.
async function makePromptHls(media, fail) {
  const { promptStart } = await import('/engines/prompt_start.js');
  return makeHls(media, fail, promptStart(Hls.DefaultConfig));
}

function makeDash(media, fail) {
  const player = dashjs.MediaPlayer().create();
  player.on('error', (e) => fail(`dash.js: ${e.error?.message ?? JSON.stringify(e.error)}`));
  player.initialize(media, undefined, false);
  const type = () => (player.getRepresentationsByType('video').length > 0 ? 'video' : 'audio');
  return {
    player,
    load: (url) => player.attachSource(url),
    bufferAhead: (seconds) =>
      player.updateSettings({ streaming: { buffer: { bufferTimeDefault: seconds, bufferTimeAtTopQuality: seconds, bufferTimeAtTopQualityLongForm: seconds } } }),
    levels: () => player.getRepresentationsByType(type()).length,
    force: (i, hard) => {
      player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { audio: false, video: false } } } });
      player.setRepresentationForTypeByIndex(type(), i, hard);
    },
  };
}

async function makeShaka(media, fail) {
  const player = new shaka.Player();
  player.addEventListener('error', (e) => fail(`shaka: ${e.detail.code} ${JSON.stringify(e.detail.data)?.slice(0, 300)}`));
  await player.attach(media);
  return {
    player,
    showText: () => player.addEventListener('loaded', () => player.selectTextTrack(player.getTextTracks()[0])),
    bufferAhead: (seconds) => player.configure({ streaming: { bufferingGoal: seconds, rebufferingGoal: 0.5 } }),
    load: (url) => player.load(url).catch((e) => fail(`shaka load: ${e.code} ${JSON.stringify(e.data)?.slice(0, 300)}`)),
    levels: () => player.getVariantTracks().length,
    force: (i, hard) => {
      player.configure({ abr: { enabled: false } });
      const tracks = player.getVariantTracks().sort((a, b) => a.bandwidth - b.bandwidth);
      player.selectVariantTrack(tracks[i], hard, hard ? kSafeMargin : 0);
    },
  };
}

const makers = { 'hls.js': makeHls, 'hls.js, prompt': makePromptHls, 'dash.js': makeDash, 'shaka-hls': makeShaka, 'shaka-dash': makeShaka };

export async function makePlayer(name, media, fail) {
  await loadScript(scripts[name]);
  return makers[name](media, fail);
}
