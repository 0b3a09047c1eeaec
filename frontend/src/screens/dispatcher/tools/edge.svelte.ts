/** An edge being drawn on the map by a person: an outline, or the track of a crew as a line. */
import { surgeryApi } from '../../../lib/api-surgery';
import { ApiError, explain, newKey } from '../../../lib/api';
import type { Fire } from '../../../lib/api-types';
import { t } from '../../../lib/i18n.svelte';
import { outlines, ringHectares, withHoles } from '../../../lib/shapes';
import type { Drawing, DrawMode } from '../../../map/draw';
import type { Desk, Tool } from '../desk.svelte';

export class EdgeTool implements Tool {
  readonly name = 'edge';
  readonly fire: Fire;
  readonly kind: 'drawn' | 'track';
  mode = $state<DrawMode>('outline');
  /** What is on the map now. */
  shapes = $state.raw<GeoJSON.Feature[]>([]);
  isUnderWay = $state(false);
  trouble = $state<string | null>(null);
  drawing = $state.raw<Drawing | null>(null);
  readonly hectares = $derived(
    this.shapes.reduce(
      (sum, { geometry }) =>
        geometry.type === 'Polygon' ? sum + ringHectares(geometry.coordinates[0] ?? []) : sum,
      0,
    ),
  );
  private readonly old: ReturnType<typeof outlines>;
  private key = newKey();

  constructor(
    private readonly desk: Desk,
    fire: Fire,
    kind: 'drawn' | 'track',
    edge: GeoJSON.Geometry | null,
  ) {
    this.fire = fire;
    this.kind = kind;
    this.old = outlines(edge);
    this.mode = kind === 'track' ? 'line' : 'outline';
  }

  get hasOld(): boolean {
    return this.kind === 'drawn' && this.old.outers.length > 0;
  }

  attach(drawing: Drawing): void {
    this.drawing = drawing;
    drawing.onchange = (shapes, isUnderWay) => {
      this.shapes = shapes;
      this.isUnderWay = isUnderWay;
    };
    drawing.mode(this.mode);
  }

  /** The present edge, with vertices that can be dragged. */
  correct(): void {
    this.drawing?.load(this.old.outers);
    this.use('adjust');
  }

  use(mode: DrawMode): void {
    this.mode = mode;
    this.drawing?.mode(mode);
  }

  clear(): void {
    this.drawing?.clear();
    this.use(this.kind === 'track' ? 'line' : 'outline');
  }

  pick(): void {
    // Clicks draw; the fires below wait.
  }

  back(): void {
    if (this.isUnderWay || this.shapes.length) this.clear();
    else this.leave();
  }

  leave(): void {
    this.desk.tool = null;
    this.desk.pane = 'card';
  }

  private geometry(): GeoJSON.Geometry {
    if (this.kind === 'track') {
      const lines = this.shapes.flatMap(({ geometry }) =>
        geometry.type === 'LineString' ? [geometry.coordinates] : [],
      );
      return lines.length === 1
        ? { type: 'LineString', coordinates: lines[0] ?? [] }
        : { type: 'MultiLineString', coordinates: lines };
    }
    const outers = this.shapes.flatMap(({ geometry }) =>
      geometry.type === 'Polygon' ? [geometry.coordinates[0] ?? []] : [],
    );
    return withHoles(outers, this.old.holes);
  }

  async confirm(at: number, note: string): Promise<void> {
    const { desk } = this;
    if (desk.busy || !this.shapes.length) return;
    desk.busy = true;
    this.trouble = null;
    try {
      const fire = desk.store.fires.get(this.fire.id) ?? this.fire;
      const more = note.trim() ? { note: note.trim() } : {};
      const body = { kind: this.kind, geometry: this.geometry(), at: new Date(at).toISOString(), ...more };
      const { edge } = await surgeryApi(desk.api.world).drawEdge(fire, body, this.key);
      this.leave();
      await desk.refresh();
      desk.surgeriesAge += 1;
      desk.offerUndo(t('draw.done'), () => void this.takeBack(edge));
    } catch (error) {
      this.trouble = explain(error);
      this.key = error instanceof ApiError ? newKey() : this.key;
      if (error instanceof ApiError && error.isConflict) await desk.refresh();
    } finally {
      desk.busy = false;
    }
  }

  private async takeBack(id: string): Promise<void> {
    const { desk } = this;
    desk.offer = null;
    const item = (
      await surgeryApi(desk.api.world)
        .edges(this.fire.id)
        .catch(() => [])
    ).find((one) => one.id === id);
    const isDone =
      item &&
      (await desk.act(
        () => surgeryApi(desk.api.world).undoEdge(item),
        () => t('draw.undone'),
      ));
    desk.surgeriesAge += 1;
    if (!isDone) desk.say(desk.error ?? t('error.no_connection'));
  }
}
