/**
 * The sound of an alert that waits for an answer: three low, soft beats, unlike the two tones of a new
 * signal. Browsers allow it only after a click, so that the button says whether it can be heard.
 */
const KEY = 'sylvan.alerts.sound';
/** Hz, seconds of a beat and of the rest behind it: a fifth below the other tone, three times alike. */
const BEAT = { pitch: 392, overtone: 784, length: 0.16, rest: 0.1, times: 3 };
const VOLUME = 0.18;

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

export const sound = $state({ on: kept(), ready: false });
let context: AudioContext | null = null;

/** Called from a click. */
export function setSound(on: boolean): void {
  sound.on = on;
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // it lasts as long as the page
  }
  if (on) unlock(ring);
}

/** From the first click or key on; before that browsers keep pages silent. */
export function unlock(then?: () => void): void {
  context ??= new AudioContext();
  void context.resume().then(() => {
    sound.ready = context?.state === 'running';
    then?.();
  });
}

export function ring(): void {
  if (!sound.on || context?.state !== 'running') return;
  let at = context.currentTime + 0.02;
  for (let beat = 0; beat < BEAT.times; beat += 1) {
    for (const [pitch, share] of [
      [BEAT.pitch, 1],
      [BEAT.overtone, 0.25],
    ] as const)
      play(context, pitch, VOLUME * share, at);
    at += BEAT.length + BEAT.rest;
  }
}

function play(on: AudioContext, pitch: number, volume: number, at: number): void {
  const tone = on.createOscillator();
  const gain = on.createGain();
  tone.type = 'sine';
  tone.frequency.value = pitch;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.001, at + BEAT.length);
  tone.connect(gain).connect(on.destination);
  tone.start(at);
  tone.stop(at + BEAT.length);
}
