/**
 * Stands for `fflate` in the build. The tile reader asks it only where a browser has no DecompressionStream
 * of its own; every one that we serve has (Chrome 80, Firefox 113, Safari 16.4), and three kilobytes of
 * every first visit are spared.
 */
export function decompressSync(): never {
  throw new Error('this browser cannot unpack map tiles (DecompressionStream)');
}
