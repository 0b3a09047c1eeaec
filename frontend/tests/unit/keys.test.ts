import { afterEach, describe, expect, test, vi } from 'vitest';
import { actionOf, BINDINGS, listen } from '../../src/lib/keys';

const press = (target: EventTarget, code: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...more }));

function mounted<T extends HTMLElement>(node: T): T {
  document.body.append(node);
  return node;
}
afterEach(() => document.body.replaceChildren());

describe('keys', () => {
  test('work under a Russian layout: the place of the key counts', () => {
    expect(actionOf(new KeyboardEvent('keydown', { code: 'KeyA', key: 'ф' }))).toBe('accept');
    expect(actionOf(new KeyboardEvent('keydown', { code: 'KeyJ', key: 'о' }))).toBe('next');
  });

  test('are left alone while somebody types', () => {
    const next = vi.fn();
    const stop = listen({ next });
    press(mounted(document.createElement('input')), 'KeyJ');
    press(mounted(document.createElement('textarea')), 'KeyJ');
    expect(next).not.toHaveBeenCalled();
    press(document.body, 'KeyJ');
    expect(next).toHaveBeenCalledOnce();
    stop();
  });

  test('with Ctrl reach the search even from a field', () => {
    const search = vi.fn();
    const stop = listen({ search });
    press(mounted(document.createElement('input')), 'KeyK', { ctrlKey: true });
    expect(search).toHaveBeenCalledOnce();
    stop();
  });

  test('Ctrl+A stays "select all"', () => {
    expect(actionOf(new KeyboardEvent('keydown', { code: 'KeyA', ctrlKey: true }))).toBeNull();
  });

  test('Enter on a button presses the button', () => {
    const open = vi.fn();
    const stop = listen({ open });
    press(mounted(document.createElement('button')), 'Enter');
    expect(open).not.toHaveBeenCalled();
    stop();
  });

  test('are silent while paused', () => {
    const next = vi.fn();
    const stop = listen({ next }, () => true);
    press(document.body, 'KeyJ');
    expect(next).not.toHaveBeenCalled();
    stop();
  });

  test('no key means two things', () => {
    const codes = Object.values(BINDINGS).flat();
    expect(new Set(codes).size).toBe(codes.length);
  });
});
