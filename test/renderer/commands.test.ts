// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commandOfKey, listenToCommands, matchesAccelerator } from '../../src/renderer/commands';
import { installFakeLabApi } from '../support/fake-lab-api';

const press = (key: string, modifiers: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...modifiers });

describe('an accelerator', () => {
  it('wants exactly its modifiers', () => {
    expect(matchesAccelerator(press('Enter', { ctrlKey: true }), 'CmdOrCtrl+Enter', false)).toBe(true);
    expect(matchesAccelerator(press('Enter'), 'CmdOrCtrl+Enter', false)).toBe(false);
    expect(matchesAccelerator(press('Enter', { ctrlKey: true, shiftKey: true }), 'CmdOrCtrl+Enter', false)).toBe(false);
    expect(matchesAccelerator(press('E', { ctrlKey: true, shiftKey: true }), 'CmdOrCtrl+Shift+E', false)).toBe(true);
    expect(matchesAccelerator(press('E', { ctrlKey: true, shiftKey: true }), 'CmdOrCtrl+E', false)).toBe(false);
  });

  it('means the command key on macOS', () => {
    expect(matchesAccelerator(press('Enter', { metaKey: true }), 'CmdOrCtrl+Enter', true)).toBe(true);
    expect(matchesAccelerator(press('Enter', { ctrlKey: true }), 'CmdOrCtrl+Enter', true)).toBe(false);
  });

  it('can be plus, with or without shift', () => {
    expect(matchesAccelerator(press('+', { altKey: true, shiftKey: true }), 'Alt+Plus', false)).toBe(true);
    expect(matchesAccelerator(press('+', { altKey: true }), 'Alt+Plus', false)).toBe(true);
  });

  it('that is empty matches nothing', () => {
    expect(matchesAccelerator(press(''), '', false)).toBe(false);
  });
});

describe('keys', () => {
  it('name their command', () => {
    expect(commandOfKey(press('Enter', { ctrlKey: true }), false)).toBe('comparison.run');
    expect(commandOfKey(press('.', { ctrlKey: true }), false)).toBe('comparison.cancel');
    expect(commandOfKey(press('Escape'), false)).toBe('comparison.cancel');
    expect(commandOfKey(press('F6', { shiftKey: true }), false)).toBe('pane.previous');
    expect(commandOfKey(press('a'), false)).toBeUndefined();
  });

  it('name Help by ?, but not while somebody writes', () => {
    expect(commandOfKey(press('?', { shiftKey: true }), false)).toBe('help.shortcuts');
    const field = document.createElement('input');
    let id: string | undefined = 'none';
    field.addEventListener('keydown', (event) => (id = commandOfKey(event, false)));
    field.dispatchEvent(press('?'));
    expect(id).toBeUndefined();
  });
});

describe('the window', () => {
  let bridge: ReturnType<typeof installFakeLabApi>;
  beforeEach(() => {
    bridge = installFakeLabApi();
  });

  it('carries out commands of keys and menu, once each, until it stops listening', () => {
    const run = vi.fn();
    const end = listenToCommands({ 'comparison.run': run });
    const event = new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, cancelable: true });
    window.dispatchEvent(event);
    expect(run).toHaveBeenCalledTimes(1);
    // Else the menu would carry it out a second time.
    expect(event.defaultPrevented).toBe(true);
    bridge.send.command('comparison.run');
    expect(run).toHaveBeenCalledTimes(2);
    end();
    window.dispatchEvent(press('Enter', { ctrlKey: true }));
    expect(run).toHaveBeenCalledTimes(2);
    expect(bridge.listenerCount()).toBe(0);
  });

  it('leaves the keys to an open dialog', () => {
    const run = vi.fn();
    listenToCommands({ 'comparison.run': run });
    const dialog = document.body.appendChild(document.createElement('dialog'));
    dialog.setAttribute('open', '');
    window.dispatchEvent(press('Enter', { ctrlKey: true }));
    expect(run).not.toHaveBeenCalled();
    dialog.remove();
    window.dispatchEvent(press('Enter', { ctrlKey: true }));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leaves keys alone that it has no action for', () => {
    listenToCommands({});
    const event = new KeyboardEvent('keydown', { key: 'F1', cancelable: true });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });
});
