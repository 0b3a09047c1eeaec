/** A photo for a bad link: made small, freed of what the camera wrote, unless the person vouches for it. */
import { PhotoError, shrink } from '../screens/report/photo';

export interface Ready {
  blob: Blob;
  /** What the camera wrote, base64, kept apart until somebody vouches for it. */
  exif: string | null;
  /** As the camera made it: this phone's browser cannot draw it (HEIC), the server will. */
  raw: boolean;
}
/** Bytes; the server takes no larger files. */
const MOST = 50_000_000;
const HEIC = /\.(heic|heif)$|^image\/hei[cf]/i;

export const isFilm = (file: File): boolean =>
  file.type.startsWith('video/') || /\.(mp4|mov|3gp|webm|mkv|avi)$/i.test(file.name);

/** Throws PhotoError. */
export async function ready(file: File): Promise<Ready> {
  if (isFilm(file)) throw new PhotoError('film');
  const exif = await exifOf(file);
  try {
    return { blob: await shrink(file), exif, raw: false };
  } catch (error) {
    if (!HEIC.test(file.name) && !HEIC.test(file.type)) throw error;
    if (file.size > MOST) throw new PhotoError('too_large');
    return { blob: file, exif: null, raw: true };
  }
}

/** The Exif segment of a JPEG as it stands in the file; null: none. */
export async function exifOf(file: Blob): Promise<string | null> {
  const bytes = new DataView(await file.slice(0, 131_072).arrayBuffer());
  if (bytes.byteLength < 4 || bytes.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 10 < bytes.byteLength) {
    const [marker, length] = [bytes.getUint16(at), bytes.getUint16(at + 2)];
    if (marker < 0xff01 || marker === 0xffda) return null;
    const isExif = marker === 0xffe1 && bytes.getUint32(at + 4) === 0x45786966;
    if (isExif && at + 2 + length <= bytes.byteLength) return base64(bytes, at + 4, length - 2);
    at += 2 + length;
  }
  return null;
}

function base64(bytes: DataView, start: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += String.fromCharCode(bytes.getUint8(start + i));
  return btoa(text);
}
