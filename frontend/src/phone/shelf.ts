/** The shelf in IndexedDB. "Strict" writes reach the disk before they count: batteries die. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { NewOp, Op, Shelf } from './outbox';

interface Schema extends DBSchema {
  ops: { key: number; value: Op };
  blobs: { key: string; value: { type: string; bytes: ArrayBuffer } };
  kept: { key: string; value: unknown };
}
type Store = 'ops' | 'blobs' | 'kept';
const STRICT = { durability: 'strict' } as const;

export interface Cupboard extends Shelf {
  /** Anything small under a name. */
  get<T>(name: string): Promise<T | null>;
  set(name: string, value: unknown): Promise<void>;
  /** Whether what is kept outlives the page. */
  lasting: boolean;
}

/** Opens it; where the phone refuses (private mode, no room), a cupboard that lasts as long as the page. */
export async function openCupboard(name: string): Promise<Cupboard> {
  try {
    const db = await openDB<Schema>(name, 1, {
      upgrade(made) {
        made.createObjectStore('ops', { keyPath: 'id', autoIncrement: true });
        made.createObjectStore('blobs');
        made.createObjectStore('kept');
      },
    });
    return inDatabase(db);
  } catch {
    return inMemory();
  }
}

function inDatabase(db: IDBPDatabase<Schema>): Cupboard {
  const write = async (store: Store, act: (tx: ReturnType<typeof open>) => Promise<unknown>) => {
    const tx = open(store);
    const result = await act(tx);
    await tx.done; // only now the disk has it
    return result;
  };
  const open = (store: Store) => db.transaction(store, 'readwrite', STRICT);
  return {
    lasting: true,
    async add(op: NewOp) {
      const id = await write('ops', (tx) => tx.objectStore('ops').add(op as Op));
      return { ...op, id: id as number };
    },
    put: async (op) => void (await write('ops', (tx) => tx.objectStore('ops').put(op))),
    all: () => db.getAll('ops'),
    drop: async (id) => void (await write('ops', (tx) => tx.objectStore('ops').delete(id))),
    async keepBlob(name, blob) {
      // Bytes, not a Blob: old iPhones lose blobs in IndexedDB.
      const bytes = await blob.arrayBuffer();
      await write('blobs', (tx) => tx.objectStore('blobs').put({ type: blob.type, bytes }, name));
    },
    async blob(name) {
      const found = await db.get('blobs', name);
      return found ? new Blob([found.bytes], { type: found.type }) : null;
    },
    dropBlob: async (name) => void (await write('blobs', (tx) => tx.objectStore('blobs').delete(name))),
    get: async <T>(name: string) => ((await db.get('kept', name)) ?? null) as T | null,
    set: async (name, value) => void (await write('kept', (tx) => tx.objectStore('kept').put(value, name))),
  };
}

export function inMemory(): Cupboard {
  const ops = new Map<number, Op>();
  const blobs = new Map<string, Blob>();
  const kept = new Map<string, unknown>();
  let next = 1;
  return {
    lasting: false,
    add: (op) => {
      const made = { ...op, id: next++ };
      ops.set(made.id, made);
      return Promise.resolve(made);
    },
    put: (op) => Promise.resolve(void ops.set(op.id, op)),
    all: () => Promise.resolve([...ops.values()]),
    drop: (id) => Promise.resolve(void ops.delete(id)),
    keepBlob: (name, blob) => Promise.resolve(void blobs.set(name, blob)),
    blob: (name) => Promise.resolve(blobs.get(name) ?? null),
    dropBlob: (name) => Promise.resolve(void blobs.delete(name)),
    get: <T>(name: string) => Promise.resolve((kept.get(name) ?? null) as T | null),
    set: (name, value) => Promise.resolve(void kept.set(name, value)),
  };
}

/** Lets one page at a time do something, where the browser can tell pages apart. */
export function oneAtATime(name: string): (act: () => Promise<void>) => Promise<void> {
  return async (act) => {
    if (navigator.locks) await navigator.locks.request(name, act);
    else await act();
  };
}

/** Asks the phone not to erase what is kept; whether it promised. */
export async function askToLast(): Promise<boolean> {
  try {
    return (await navigator.storage?.persisted?.()) || ((await navigator.storage?.persist?.()) ?? false);
  } catch {
    return false;
  }
}
