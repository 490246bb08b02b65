import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createHandle, isTrustedSender } from '../../src/main/ipc';

const ORIGIN = 'app://bootlab';
const frame = (url: string, parent: unknown = null) => ({ senderFrame: { url, parent } }) as never;

/** A stand-in for ipcMain that keeps the listener and lets a test call it. */
function fakeIpc() {
  const listeners = new Map<string, (event: unknown, input: unknown) => Promise<unknown>>();
  return {
    handle: (channel: string, listener: (event: never, input: unknown) => Promise<unknown>) => {
      listeners.set(channel, listener as never);
    },
    invoke: (channel: string, input: unknown, url = `${ORIGIN}/`) => listeners.get(channel)!(frame(url), input),
  };
}

describe('the sender check', () => {
  it('trusts the top frame of our own origin', () => {
    expect(isTrustedSender(frame('app://bootlab/index.html'), ORIGIN)).toBe(true);
  });

  it.each(['app://bootlab.evil/', 'app://other/', 'https://bootlab/', 'file:///etc/passwd', 'about:blank', ''])(
    'refuses %j',
    (url) => {
      expect(isTrustedSender(frame(url), ORIGIN)).toBe(false);
    },
  );

  it('refuses a frame within our page', () => {
    expect(isTrustedSender(frame('app://bootlab/', {}), ORIGIN)).toBe(false);
  });

  it('refuses a frame that is gone', () => {
    expect(isTrustedSender({ senderFrame: null } as never, ORIGIN)).toBe(false);
  });
});

describe('a handler', () => {
  const setUp = (answer: (input: string) => Promise<unknown>) => {
    const ipc = fakeIpc();
    const report = vi.fn();
    createHandle(ipc as never, ORIGIN, report)('lab:test', z.string().max(3), answer as never);
    return { ipc, report };
  };

  it('gets the parsed input and its answer goes back unchanged', async () => {
    const answer = vi.fn(async (input: string) => ({ ok: true, value: input.length }));
    const { ipc } = setUp(answer);
    expect(await ipc.invoke('lab:test', 'abc')).toEqual({ ok: true, value: 3 });
    expect(answer).toHaveBeenCalledExactlyOnceWith('abc');
  });

  it('is not called by a foreign page', async () => {
    const answer = vi.fn();
    const { ipc } = setUp(answer);
    expect(await ipc.invoke('lab:test', 'abc', 'https://example.org/')).toMatchObject({
      ok: false,
      failure: { code: 'APP-SENDER' },
    });
    expect(answer).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 7, {}, 'too long'])('is not called with %j', async (input) => {
    const answer = vi.fn();
    const { ipc } = setUp(answer);
    expect(await ipc.invoke('lab:test', input)).toMatchObject({ ok: false, failure: { code: 'APP-REQUEST' } });
    expect(answer).not.toHaveBeenCalled();
  });

  it('turns what it throws into a failure and reports it', async () => {
    const error = new Error('the floor is gone');
    const { ipc, report } = setUp(() => Promise.reject(error));
    const result = await ipc.invoke('lab:test', 'abc');
    expect(result).toMatchObject({ ok: false, failure: { code: 'APP-UNEXPECTED' } });
    expect(JSON.stringify(result)).toContain('the floor is gone');
    expect(report).toHaveBeenCalledExactlyOnceWith(error);
  });
});
