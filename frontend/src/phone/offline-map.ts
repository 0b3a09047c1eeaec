/** The region's map as a file of the phone (OPFS), fetched in ranges so that a cut costs one of them. */
const FILE = 'basemap.pmtiles';
const PART = 'basemap.part';
const RANGE = 524_288;

async function root(): Promise<FileSystemDirectoryHandle> {
  return navigator.storage.getDirectory();
}

export const canKeepMaps = (): boolean => 'storage' in navigator && 'getDirectory' in navigator.storage;

async function file(name: string): Promise<File | null> {
  try {
    return await (await (await root()).getFileHandle(name)).getFile();
  } catch {
    return null;
  }
}

/** The map in the phone; null: none, or not whole. */
export const savedMap = (): Promise<File | null> => (canKeepMaps() ? file(FILE) : Promise.resolve(null));

/** Fetches it, from where an earlier try ended. */
export async function saveMap(url: string, told: (done: number, all: number) => void): Promise<File> {
  const begun = (await file(PART))?.size ?? 0;
  const handle = await (await root()).getFileHandle(PART, { create: true });
  let done = begun;
  let all = Infinity;
  while (done < all) {
    const answer = await fetch(url, {
      headers: { Range: `bytes=${done}-${done + RANGE - 1}` },
      cache: 'no-store',
    });
    if (answer.status === 416) break; // all of it was there
    if (!answer.ok) throw new Error(String(answer.status));
    const bytes = await answer.arrayBuffer();
    const whole = answer.status === 200;
    all = whole ? bytes.byteLength : Number(/\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1]);
    const writer = await handle.createWritable({ keepExistingData: !whole });
    await writer.write({ type: 'write', position: whole ? 0 : done, data: bytes });
    await writer.close(); // only now the disk has it
    done = whole ? bytes.byteLength : done + bytes.byteLength;
    told(done, all);
  }
  return rename(await handle.getFile());
}

/** Under its name only when it is whole. */
async function rename(part: File): Promise<File> {
  const folder = await root();
  const handle = await folder.getFileHandle(FILE, { create: true });
  const writer = await handle.createWritable();
  await writer.write(part);
  await writer.close();
  await folder.removeEntry(PART);
  return handle.getFile();
}
