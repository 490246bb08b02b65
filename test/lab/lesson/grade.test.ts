import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grade } from '../../../src/lab/lesson/grade';
import type { Answers } from '../../../src/lab/lesson/lesson';
import { FAKE_KEY, FAKE_LESSON } from '../../support/fake-lesson';

const RIGHT = { seconds: '10', pages: '3', which: 'b', word: 'kexec', essay: 'Because.' };

const verdictOf = (id: string, answer: unknown, key = FAKE_KEY) =>
  grade(FAKE_LESSON, key, { [id]: answer } as Answers).questions.find(({ questionId }) => questionId === id)!;

describe('grading', () => {
  it('gives all points for right answers; what the key leaves out is for the teacher to read', () => {
    const { questions, points, possiblePoints, unknown } = grade(FAKE_LESSON, FAKE_KEY, RIGHT);
    expect(questions.map(({ verdict }) => verdict)).toEqual(['right', 'right', 'right', 'right', 'ungraded']);
    expect([points, possiblePoints]).toEqual([5, 5]);
    expect(unknown).toEqual([]);
  });

  it('tells wrong from missing', () => {
    expect(verdictOf('seconds', '12')).toMatchObject({ verdict: 'wrong', points: 0, feedback: 'Look again.' });
    for (const nothing of ['', '  ', null, undefined]) {
      expect(verdictOf('seconds', nothing)).toMatchObject({ verdict: 'missing', points: 0 });
    }
    expect(grade(FAKE_LESSON, FAKE_KEY, {}).questions.map(({ verdict }) => verdict)).toEqual(Array(5).fill('missing'));
  });

  it.each([
    ['10.2', 'right'],
    ['9,8', 'right'],
    ['10200 ms', 'right'],
    ['10.21', 'wrong'],
    ['9.79', 'wrong'],
    [10, 'right'],
    ['10 pages', 'wrong'],
    ['ten', 'wrong'],
    [Number.NaN, 'wrong'],
    ['1e999', 'wrong'],
    [{ valueOf: () => 10 }, 'wrong'],
    [[10], 'wrong'],
    [true, 'wrong'],
  ])('within the tolerance, %s is %s', (answer, verdict) => expect(verdictOf('seconds', answer).verdict).toBe(verdict));

  it('takes the range of the key before the tolerance of the question', () => {
    const key = { ...FAKE_KEY, answers: { seconds: { value: 10, low: 5, high: 10.1 } } };
    expect(verdictOf('seconds', '5', key).verdict).toBe('right');
    expect(verdictOf('seconds', '10.2', key).verdict).toBe('wrong');
  });

  it('says what an ambiguous number was read as, and never what is right', () => {
    expect(verdictOf('pages', '3,000').feedback).toBe('Read as 3000 pages.');
    expect(verdictOf('seconds', '5 pages').feedback).toBe(
      '"pages" is no unit for this: the answer is asked in s. Look again.',
    );
  });

  it('takes choices by id or by their words', () => {
    expect(verdictOf('which', ' b ').verdict).toBe('right');
    expect(verdictOf('which', 'the SECOND').verdict).toBe('right');
    expect(verdictOf('which', 'a').verdict).toBe('wrong');
    expect(verdictOf('which', 'c')).toMatchObject({ verdict: 'wrong', feedback: 'Choose one of a, b.' });
  });

  it('takes texts whatever their case, spaces and full stop', () => {
    expect(verdictOf('word', ' Kexec  JUMP. ').verdict).toBe('right');
    expect(verdictOf('word', 'reboot').verdict).toBe('wrong');
  });

  it('grades nothing without a key, or where the lesson is not graded, and still tells what is missing', () => {
    const verdicts = (lesson: typeof FAKE_LESSON, key: typeof FAKE_KEY | null) =>
      grade(lesson, key, { ...RIGHT, word: '' }).questions.map(({ verdict }) => verdict);
    const collected = ['ungraded', 'ungraded', 'ungraded', 'missing', 'ungraded'];
    expect(verdicts(FAKE_LESSON, null)).toEqual(collected);
    expect(verdicts({ ...FAKE_LESSON, isGraded: false }, FAKE_KEY)).toEqual(collected);
    expect(grade(FAKE_LESSON, null, RIGHT)).toMatchObject({ points: 0, possiblePoints: 0 });
  });

  it('names answers to questions that nobody asked', () => {
    expect(grade(FAKE_LESSON, FAKE_KEY, { ...RIGHT, constructor: 'x', other: 1 }).unknown).toEqual([
      'constructor',
      'other',
    ]);
  });

  it('has a verdict for anything at all', () => {
    const answers = fc.dictionary(
      fc.constantFrom('seconds', 'pages', 'which', 'word', 'essay', '__proto__', 'toString'),
      fc.anything(),
    );
    fc.assert(
      fc.property(answers, (given) => {
        const { questions, points } = grade(FAKE_LESSON, FAKE_KEY, given);
        return questions.length === 5 && points >= 0 && points <= 5;
      }),
    );
  });
});
