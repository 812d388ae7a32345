// SPDX-License-Identifier: Apache-2.0
// Hands every rendered sample of its input to the page, interleaved, in blocks of at least 8192 frames; silence included.
class Recorder extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.channels = options.processorOptions.channels;
    this.block = new Float32Array(8192 * this.channels);
    this.filled = 0;
    this.port.onmessage = () => this.flush();
  }

  flush() {
    this.port.postMessage(this.block.slice(0, this.filled));
    this.filled = 0;
  }

  process([input]) {
    const frames = input[0]?.length ?? 128;
    for (let i = 0; i < frames; i++) {
      for (let c = 0; c < this.channels; c++) this.block[this.filled++] = input[c]?.[i] ?? 0;
    }
    if (this.filled === this.block.length) this.flush();
    return true;
  }
}
registerProcessor('recorder', Recorder);
