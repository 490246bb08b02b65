import { describe, expect, it } from 'vitest';
import { ConsoleLines } from '../../src/emulator/console-lines';

function collect() {
  const lines: { text: string; began: number }[] = [];
  let now = 0;
  const console = new ConsoleLines(
    () => now,
    (text, began) => lines.push({ text, began }),
  );
  const send = (text: string) => {
    for (const character of text) {
      console.byte(character.charCodeAt(0));
      now++;
    }
  };
  return { lines, send };
}

describe('console lines', () => {
  it('begin with their first byte, not with their end', () => {
    const { lines, send } = collect();
    send('one\r\ntwo\n');
    expect(lines).toEqual([
      { text: 'one', began: 0 },
      { text: 'two', began: 5 },
    ]);
  });

  it('are told only when complete, and not at all when empty', () => {
    const { lines, send } = collect();
    send('\r\n\nhalf');
    expect(lines).toEqual([]);
    send('\n');
    expect(lines).toEqual([{ text: 'half', began: 3 }]);
  });

  it('are cut where a guest never ends them', () => {
    const { lines, send } = collect();
    send(`${'x'.repeat(5000)}\n`);
    expect(lines[0].text).toHaveLength(1024);
  });
});
