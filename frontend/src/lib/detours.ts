/**
 * Ways round a firewall that stops websockets: server-sent events, else polling. Both look to the feed like
 * a socket and bring the same frames with the same numbers. Meanwhile it is tried from time to time whether
 * websockets get through again.
 */
import { BASE, liveUrl } from './api';
import { SIGNED_OUT, type Socket, type Way } from './feed';

/** Milliseconds between two questions, and between two tries with a websocket. */
export const PACE = { poll: 3_000, probe: 30_000 };
const PATIENCE = 20_000;
const LIMIT = 500;
const FRAMES = ['skip_to', 'event', 'ping', 'presence', 'gone', 'resync'];

interface Changes {
  epoch: string;
  seq: number;
  oldest: number;
  more: boolean;
  world: object;
  heartbeat: object;
  events: ({ seq: number } & object)[];
}
interface Wish {
  t: string;
  epoch: string;
  after: number;
}

abstract class Detour implements Socket {
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  protected dead = false;
  private readonly probing: ReturnType<typeof setInterval>;
  private probe: WebSocket | null = null;

  constructor(
    protected readonly world: string,
    private readonly language: string,
    private readonly better: () => void,
  ) {
    this.probing = setInterval(() => this.tryStraight(), PACE.probe);
    void this.greet();
  }

  send(text: string): void {
    const wish = JSON.parse(text) as Wish;
    if (wish.t === 'resume') this.resume(wish);
  }

  close(): void {
    this.dead = true;
    clearInterval(this.probing);
    this.probe?.close();
  }

  protected abstract resume(wish: Wish): void;

  /** Where the log stands, as a socket says by itself. */
  private async greet(): Promise<void> {
    const found = await this.ask('');
    if (found) this.frame({ t: 'hello', ...stand(found), world: found.world, you: null });
  }

  protected async ask(more: string): Promise<Changes | null> {
    try {
      const address = `${BASE}/changes?world=${encodeURIComponent(this.world)}${more}`;
      const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 410) this.frame({ t: 'resync' });
      else if (!answer.ok) this.end(answer.status === 401 ? SIGNED_OUT : 1006);
      else return (await answer.json()) as Changes;
    } catch {
      this.end(1006);
    }
    return null;
  }

  protected frame(frame: object): void {
    this.hand(JSON.stringify(frame));
  }

  protected hand(data: string): void {
    if (!this.dead) this.onmessage?.({ data } as MessageEvent);
  }

  protected end(code: number): void {
    if (this.dead) return;
    this.close();
    this.onclose?.({ code } as CloseEvent);
  }

  private tryStraight(): void {
    this.probe?.close();
    const probe = (this.probe = new WebSocket(liveUrl(this.world, this.language)));
    probe.onmessage = () => {
      probe.onmessage = null;
      if (!this.dead) this.better();
    };
  }
}

class Stream extends Detour {
  private source: EventSource | null = null;

  protected resume({ epoch, after }: Wish): void {
    this.source?.close();
    const query = new URLSearchParams({ world: this.world, epoch, after: String(after) });
    const source = (this.source = new EventSource(`${BASE}/live/events?${query}`));
    for (const name of FRAMES)
      source.addEventListener(name, (event) => this.hand(String((event as MessageEvent).data)));
    source.addEventListener('end', (event) => {
      this.end((JSON.parse(String((event as MessageEvent).data)) as { code: number }).code);
    });
    source.onerror = () => this.end(1006);
  }

  override close(): void {
    this.source?.close();
    super.close();
  }
}

class Poll extends Detour {
  private timer: ReturnType<typeof setTimeout> | null = null;

  protected resume({ epoch, after }: Wish): void {
    if (this.timer) clearTimeout(this.timer);
    this.frame({ t: 'skip_to', seq: after });
    void this.next(epoch, after);
  }

  override close(): void {
    if (this.timer) clearTimeout(this.timer);
    super.close();
  }

  private async next(epoch: string, after: number): Promise<void> {
    const found = await this.ask(`&epoch=${epoch}&after=${after}&limit=${LIMIT}`);
    if (!found || this.dead) return;
    let held = after;
    for (const event of found.events) {
      if (event.seq > held + 1) this.frame({ t: 'skip_to', seq: event.seq - 1 });
      this.frame(event);
      held = event.seq;
    }
    if (found.seq > held) this.frame({ t: 'skip_to', seq: found.seq });
    this.frame({ t: 'ping', ...found.heartbeat });
    this.timer = setTimeout(() => void this.next(epoch, found.seq), found.more ? 0 : PACE.poll);
  }
}

function stand({ epoch, seq, oldest }: Changes): object {
  return { epoch, seq, oldest };
}

export function detour(way: Way, world: string, language: string, better: () => void): Socket {
  return new (way === 'stream' ? Stream : Poll)(world, language, better);
}
