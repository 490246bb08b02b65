import { describe, expect, it } from 'vitest';
import { parseAnswers, parseLesson, parseLessonKey } from '../../src/contract/lesson-schema';
import { describeIssues } from '../../src/contract/schemas';
import { FAKE_KEY, FAKE_LESSON } from '../support/fake-lesson';

type Parse = typeof parseLesson | typeof parseLessonKey | typeof parseAnswers;

function complaint(parse: Parse, value: unknown): string {
  const parsed = parse(value);
  return parsed.success ? '' : describeIssues(parsed.error);
}

const [NUMBER] = FAKE_LESSON.questions;
const lessonWith = (question: object) => ({ ...FAKE_LESSON, questions: [{ ...NUMBER, ...question }] });
const keyWith = (answer: object) => ({ ...FAKE_KEY, answers: { seconds: answer } });

describe('a lesson', () => {
  it('is taken as it is; points, hints, edition and grading may be left out', () => {
    expect(parseLesson(FAKE_LESSON)).toMatchObject({ success: true, data: FAKE_LESSON });
    const short: Partial<typeof FAKE_LESSON> = { ...FAKE_LESSON };
    delete (short as { edition?: number }).edition;
    delete (short as { isGraded?: boolean }).isGraded;
    const question = { kind: 'text', id: 'why', text: 'Why?' };
    expect(parseLesson({ ...short, questions: [question] })).toMatchObject({
      success: true,
      data: { edition: 1, isGraded: true, questions: [{ ...question, points: 1, hints: [] }] },
    });
  });

  it.each([
    ['a member nobody knows', { ...FAKE_LESSON, answers: {} }, 'answers'],
    ['another version', { ...FAKE_LESSON, version: 2 }, 'version: must be 1'],
    ['an id that is a path', { ...FAKE_LESSON, id: '../x' }, 'id: must be lower-case'],
    ['no question', { ...FAKE_LESSON, questions: [] }, 'must have a question'],
    ['two questions of one id', { ...FAKE_LESSON, questions: [NUMBER, NUMBER] }, 'must have different ids'],
    ['a question id that is a formula', lessonWith({ id: '=1' }), 'questions[0].id: must be lower-case'],
    ['a unit nobody knows', lessonWith({ unit: 'parsec' }), 'questions[0].unit'],
    ['a negative tolerance', lessonWith({ tolerance: { absolute: -1 } }), 'questions[0].tolerance.absolute'],
    ['both tolerances', lessonWith({ tolerance: { absolute: 1, relative: 1 } }), 'questions[0].tolerance'],
    ['a tolerance that is no number', lessonWith({ tolerance: { absolute: Number.NaN } }), 'questions[0].tolerance'],
    ['one choice', lessonWith({ kind: 'choice', choices: [{ id: 'a', text: 'A' }] }), 'questions[0]'],
    ['what a terminal obeys', lessonWith({ text: '\u001b[2J' }), 'must have no control characters'],
    [
      'an experiment without paths',
      { ...FAKE_LESSON, experiment: { ...FAKE_LESSON.experiment, paths: [] } },
      'experiment.paths',
    ],
    ['nothing', null, 'the whole value'],
  ])('is refused with its place: %s', (_, value, words) => expect(complaint(parseLesson, value)).toContain(words));
});

describe('a key', () => {
  const metric = { metric: 'outage_cycles', path: 'warm' };
  it.each([
    { measure: metric },
    { measure: { ratio: [metric, { sum: [metric, { constant: 1, source: 'one' }] }] }, value: 1, low: 0, high: 2 },
    { measure: { slope: { phase: 'ram-test', path: 'warm', in: 's' }, over: 'memory.ramBytes' } },
    { value: 3, comment: 'counted' },
    { choose: { outcome: { path: 'kexec', at: { hash: 'on' } }, choices: { done: 'a' } }, choice: 'a' },
    { accept: ['kexec'] },
  ])('takes %j', (answer) => expect(complaint(parseLessonKey, keyWith(answer))).toBe(''));

  it.each([
    ['a metric nobody knows', { measure: { ...metric, metric: 'speed' } }, 'answers.seconds.measure.metric'],
    ['a path nobody knows', { measure: { ...metric, path: 'cool' } }, 'answers.seconds.measure.path'],
    ['a script', { measure: { script: 'x' } }, 'answers.seconds'],
    ['a difference of three', { measure: { difference: [metric, metric, metric] } }, 'answers.seconds'],
    ['value and choice', { value: 3, choice: 'a' }, 'answers.seconds'],
    [
      'a word of seven digits',
      { measure: { pageList: { words: ['0x0010000'], pages: {} }, give: 'pages' } },
      'answers.seconds',
    ],
    ['nothing', {}, 'answers.seconds'],
  ])('is refused with its place: %s', (_, answer, words) =>
    expect(complaint(parseLessonKey, keyWith(answer))).toContain(words),
  );
});

describe('answers', () => {
  it('are texts and numbers by question, and nothing else', () => {
    expect(complaint(parseAnswers, { a: '1,5', b: 2, c: null })).toBe('');
    expect(complaint(parseAnswers, { a: { b: 1 } })).toContain('a: ');
    expect(complaint(parseAnswers, ['x'])).not.toBe('');
    expect(complaint(parseAnswers, JSON.parse('{"__proto__": "x"}'))).toContain('__proto__');
    expect(complaint(parseAnswers, { a: 'x'.repeat(10_001) })).toContain('a: ');
  });
});
