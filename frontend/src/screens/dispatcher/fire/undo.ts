/** Takes a surgery back. */
import { surgeryApi } from '../../../lib/api-surgery';
import { t } from '../../../lib/i18n.svelte';
import type { Desk } from '../desk.svelte';

export async function undoSurgery(desk: Desk, item: { id: string; version: number }): Promise<void> {
  desk.offer = null;
  const isDone = await desk.act(
    () => surgeryApi(desk.api.world).undoSurgery(item),
    () => t('surgery_panel.undone'),
  );
  desk.surgeriesAge += 1;
  if (!isDone && desk.error) desk.say(desk.error);
}
