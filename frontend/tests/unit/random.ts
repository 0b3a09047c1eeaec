/** The same chance every time: a small generator (mulberry32), so that a failure comes again. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs a check under so many seeds, and names the one that fails. */
export async function fc(runs: number, check: (random: () => number) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= runs; seed += 1) {
    try {
      await check(randomOf(seed));
    } catch (error) {
      throw new Error(`seed ${seed}: ${String((error as Error).message)}`, { cause: error });
    }
  }
}
