/** Makes a photo small enough for a weak line and frees it of everything that the camera wrote into it. */

/** Long side in pixels and JPEG quality: smoke and flame stay clear at 200–400 kB. */
const LONG_SIDE = 1600;
const QUALITY = 0.8;
/** Bytes; a larger file is hardly a photo and would choke a phone. */
const MOST_BYTES = 60_000_000;

export type PhotoFault = 'too_large' | 'unreadable' | 'film';

export class PhotoError extends Error {
  constructor(readonly fault: PhotoFault) {
    super(fault);
  }
}

export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Redraws the picture: position, time and camera data of the file stay on the phone. */
export async function shrink(file: Blob): Promise<Blob> {
  if (file.size > MOST_BYTES) throw new PhotoError('too_large');
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PhotoError('unreadable');
  });
  const { width, height } = fitted(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  if (!blob) throw new PhotoError('unreadable');
  return blob;
}

export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const CHUNK = 0x8000; // arguments of one call are limited
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}
