/** Hz and seconds of the two tones: well apart, neither shrill. */
const TONES: [number, number][] = [
  [740, 0.18],
  [988, 0.28],
];
const VOLUME = 0.25;

/** Plays the two tones, now. */
export function sound(context: AudioContext): void {
  let at = context.currentTime;
  for (const [pitch, length] of TONES) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + length);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length;
  }
}
