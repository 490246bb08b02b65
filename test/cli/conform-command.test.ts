import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { conformCommand } from '../../src/cli/conform-command';
import { readLines } from '../../src/cli/line-reader';
import { fakeTerminal } from '../support/fake-terminal';

/** Answers to lines, parsed. */
async function conform(stdin: string) {
  const terminal = fakeTerminal({ stdin });
  const exitCode = await conformCommand(terminal);
  const lines = terminal.printed().split('\n').filter(Boolean);
  return { exitCode, answers: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

// MOV AL,5 / HLT at 0000:7C00.
const MOVE = { id: 'move', mode: 'real', r: { eip: 0x7c00, esp: 0x1000 }, m: [[0x7c00, 'b005f4']], stop: { hlt: 1 } };

describe('bootlab conform', () => {
  it('runs a request and answers with registers, memory and instructions', async () => {
    const { exitCode, answers } = await conform(`${JSON.stringify({ ...MOVE, want: [[0x7c00, 2]] })}\n`);
    expect(exitCode).toBe(0);
    expect(answers[0]).toMatchObject({ id: 'move', stop: 'hlt', n: 1, m: [[0x7c00, 'b005']] });
    expect((answers[0].r as Record<string, number>).eax & 0xff).toBe(5);
    expect((answers[0].r as Record<string, number>).eip).toBe(0x7c03);
  });

  it('answers in order, one line each, also what it cannot do', async () => {
    const requests = ['1', '2', '3'].map((id) => JSON.stringify({ ...MOVE, id }));
    const smm = JSON.stringify({ ...MOVE, id: 'smm', mode: 'smm' });
    const { answers } = await conform([requests[0], smm, requests[1], 'no json', '', requests[2]].join('\n'));
    expect(answers.map(({ id, stop }) => [id, stop])).toEqual([
      ['1', 'hlt'],
      ['smm', 'skip'],
      ['2', 'hlt'],
      [null, 'error'],
      ['3', 'hlt'],
    ]);
  });

  it.each([
    ['a list', '[1]'],
    ['a number', '7'],
    ['null', 'null'],
    ['an unknown CPU', '{"id":"x","mode":"real","cpu":"8086"}'],
    ['memory outside RAM', '{"id":"x","mode":"real","m":[[4000000000,"00"]],"stop":{"n":1}}'],
    ['memory that is no list', '{"id":"x","mode":"real","m":7,"stop":{"n":1}}'],
    ['memory below 0', '{"id":"x","mode":"real","m":[[-1,"00"]],"stop":{"n":1}}'],
    ['half a byte', '{"id":"x","mode":"real","m":[[0,"f"]],"stop":{"n":1}}'],
    ['bytes that are no hexadecimal', '{"id":"x","mode":"real","m":[[0,"zz"]],"stop":{"n":1}}'],
    ['a port byte that is none', '{"id":"x","mode":"real","io":"fff","stop":{"n":1}}'],
    ['a question for more than there is', '{"id":"x","mode":"real","want":[[0,99999999]],"stop":{"n":1}}'],
    ['instructions without end', '{"id":"x","mode":"real","stop":{"n":1e308}}'],
    ['a stop that is none', '{"id":"x","mode":"real","stop":null}'],
  ])('answers %s with an error and goes on', async (_, line) => {
    const { exitCode, answers } = await conform(`${line}\n${JSON.stringify(MOVE)}\n`);
    expect(exitCode).toBe(0);
    expect(answers.map(({ stop }) => stop)).toEqual(['error', 'hlt']);
  });

  it('ends with nothing to do', async () => {
    expect(await conform('')).toEqual({ exitCode: 0, answers: [] });
  });

  it('gives the same answer after other requests as alone', async () => {
    const dirty = {
      ...MOVE,
      id: 'dirty',
      m: [[0x7c00, '8ed8bf0001aaf4']],
      r: { ...MOVE.r, eax: 0x1234, eflags: 0xcd7 },
    };
    const alone = await conform(JSON.stringify(MOVE));
    const after = await conform([dirty, dirty, MOVE].map((request) => JSON.stringify(request)).join('\n'));
    expect(after.answers[2]).toEqual(alone.answers[0]);
  });
});

describe('lines', () => {
  async function linesOf(chunks: readonly (string | Buffer)[]): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of readLines(Readable.from(chunks))) lines.push(line);
    return lines;
  }

  it('are put together across chunks, with either line end, and the last without one', async () => {
    expect(await linesOf(['a', 'b\nc', '\r\n', '\nd'])).toEqual(['ab', 'c', '', 'd']);
  });

  it('survive a character cut in two', async () => {
    const bytes = Buffer.from('µ\n');
    expect(await linesOf([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual(['µ']);
  });

  it('of nothing are none', async () => {
    expect(await linesOf([])).toEqual([]);
    expect(await linesOf(['\n'])).toEqual(['']);
  });
});
