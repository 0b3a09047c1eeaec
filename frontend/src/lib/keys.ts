/**
 * Single-key actions by the key's place (`event.code`), so that they work under a Russian layout too.
 * Keys are left alone while somebody types or a dialog is open.
 */
export type Action =
  | 'next'
  | 'previous'
  | 'open'
  | 'accept'
  | 'reject'
  | 'fit'
  | 'layers'
  | 'search'
  | 'help'
  | 'night'
  | 'call'
  | 'queue'
  | 'card'
  | 'edit'
  | 'forces'
  | 'units'
  | 'past'
  | 'measure'
  | 'sheet'
  | 'apart'
  | 'choose'
  | 'take'
  | 'undo'
  | 'tab1'
  | 'tab2'
  | 'tab3'
  | 'close';

export const BINDINGS: Record<Action, string[]> = {
  next: ['KeyJ', 'ArrowDown'],
  previous: ['KeyK', 'ArrowUp'],
  open: ['Enter', 'NumpadEnter'],
  accept: ['KeyA'],
  reject: ['KeyR'],
  fit: ['KeyF'],
  layers: ['KeyL'],
  search: ['Slash', 'Ctrl+KeyK'],
  help: ['Shift+Slash', 'F1'],
  night: ['KeyN'],
  call: ['KeyC'],
  queue: ['Ctrl+KeyB'],
  card: ['Ctrl+KeyI'],
  edit: ['KeyE'],
  forces: ['KeyG'],
  units: ['KeyU'],
  past: ['KeyH'],
  measure: ['KeyM'],
  sheet: ['KeyP'],
  apart: ['KeyW'],
  choose: ['KeyX'],
  take: ['KeyT'],
  undo: ['Ctrl+KeyZ'],
  tab1: ['Digit1'],
  tab2: ['Digit2'],
  tab3: ['Digit3'],
  close: ['Escape'],
};

const BY_CODE = new Map(
  Object.entries(BINDINGS).flatMap(([action, codes]) => codes.map((code) => [code, action as Action])),
);

/** What is printed on a key cap; layout-independent names are good enough for hints. */
export function cap(code: string): string {
  return code
    .replace('Key', '')
    .replace('Digit', '')
    .replace('Shift+Slash', '?')
    .replace('Slash', '/')
    .replace('ArrowDown', '↓')
    .replace('ArrowUp', '↑')
    .replace('Escape', 'Esc')
    .replace('Ctrl+', 'Ctrl ');
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.getAttribute('contenteditable') === 'true') return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Enter, space and arrows already mean something on a focused control. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  const control = event.target.closest('button, a, summary, input, [role="tab"], [role="slider"], canvas');
  if (!control) return false;
  if (event.code === 'Enter' || event.code === 'NumpadEnter') return true;
  return event.code.startsWith('Arrow') && !control.matches('button.row');
}

export function actionOf(event: KeyboardEvent): Action | null {
  if (event.altKey || event.defaultPrevented) return null;
  const control = event.ctrlKey || event.metaKey;
  const code = `${control ? 'Ctrl+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.code}`;
  const action = BY_CODE.get(code) ?? null;
  if (!action) return null;
  if (action === 'close') return action;
  if (isTyping(event.target) && !control) return null;
  return belongsToControl(event) ? null : action;
}

export type Handlers = Partial<Record<Action, () => void>>;

/** Listens until the returned function is called. `paused` is asked at each key. */
export function listen(handlers: Handlers, paused: () => boolean = () => false): () => void {
  const onKey = (event: KeyboardEvent) => {
    const action = actionOf(event);
    const handler = action && handlers[action];
    if (!handler || paused()) return;
    event.preventDefault();
    handler();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
