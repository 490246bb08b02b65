import { expect, it } from 'vitest';
import { answerParts } from '../../../../src/renderer/components/charts/answer-text';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

it('leads with the first sentence, and a decimal point ends none', () => {
  const { lead, rest } = answerParts('kexec takes 9.7 times fewer cycles. 51 % is the memory test. More.');
  expect(plain(lead)).toBe('kexec takes 9.7 times fewer cycles.');
  expect(plain(rest)).toBe('51 % is the memory test. More.');
});

it('has no rest when there is one sentence', () => {
  expect(answerParts('kexec is alone.')).toEqual({ lead: 'kexec is alone.', rest: '' });
});

it('keeps numbers with their units', () => {
  expect(answerParts('It takes 1.92 G cycles · 640 ms at 3.0 GHz, 3 % of it.').lead).toBe(
    'It takes 1.92\u00a0G\u00a0cycles\u00a0·\u00a0640\u00a0ms at 3.0\u00a0GHz, 3\u00a0% of it.',
  );
});
