// Grades answers by a teacher's key. Answers come from anybody: whatever they are, there is a verdict and no exception.
import type { Answers, ChoiceQuestion, KeyAnswer, Lesson, LessonKey, NumberQuestion, Question } from './lesson';
import { marginOf } from './key';
import { readNumber } from './read-number';

/** `ungraded`: the key does not say, grading is off, or a teacher reads it. */
export type Verdict = 'right' | 'wrong' | 'missing' | 'ungraded';

export interface QuestionGrade {
  readonly questionId: string;
  readonly verdict: Verdict;
  /** The answer as text, empty when missing. */
  readonly answer: string;
  /** Points earned; null when ungraded. */
  readonly points: number | null;
  readonly possiblePoints: number;
  /** For the student; empty when there is nothing to say. Never tells the right answer. */
  readonly feedback: string;
}

export interface Grade {
  readonly questions: readonly QuestionGrade[];
  readonly points: number;
  /** Of the questions that were graded. */
  readonly possiblePoints: number;
  /** Answers to questions that the lesson does not have. */
  readonly unknown: readonly string[];
}

/** Answers longer than this are cut in what is shown; no graded answer comes near. */
const MAX_SHOWN = 4000;

/**
 * Grades.
 * @param key null: answers are collected, nothing is graded
 */
export function grade(lesson: Lesson, key: LessonKey | null, answers: Answers): Grade {
  const known = new Set(lesson.questions.map(({ id }) => id));
  const questions = lesson.questions.map((question) => {
    const answer = Object.hasOwn(answers, question.id) ? answers[question.id] : undefined;
    const right = key && lesson.isGraded && Object.hasOwn(key.answers, question.id) ? key.answers[question.id] : null;
    return gradeQuestion(question, right, answer);
  });
  const graded = questions.filter(({ points }) => points !== null);
  return {
    questions,
    points: graded.reduce((sum, { points }) => sum + points!, 0),
    possiblePoints: graded.reduce((sum, { possiblePoints }) => sum + possiblePoints, 0),
    unknown: Object.keys(answers).filter((id) => !known.has(id)),
  };
}

/**
 * Grades one answer.
 * @param right null: it is not graded
 */
export function gradeQuestion(question: Question, right: KeyAnswer | null, answer: unknown): QuestionGrade {
  const typed = textOf(answer);
  const { id: questionId, points: possiblePoints, feedback = {} } = question;
  const shown = { questionId, answer: (typed ?? '').trim().slice(0, MAX_SHOWN), possiblePoints };
  const isByKey = right !== null && canGrade(question, right);
  const give = (verdict: Verdict, words: string): QuestionGrade => {
    const points = !isByKey ? null : verdict === 'right' ? possiblePoints : 0;
    return { ...shown, verdict, points, feedback: words };
  };
  if (typed?.trim() === '') return give('missing', '');
  if (!isByKey) return give('ungraded', '');
  if (typed === null) return give('wrong', 'An answer is a text or a number.');
  const { isRight, words } = judge(question, right, typed);
  const said = isRight ? feedback.right : feedback.wrong;
  return give(isRight ? 'right' : 'wrong', [words, said ?? ''].filter((part) => part !== '').join(' '));
}

/** Null for what is neither text nor a number. */
function textOf(answer: unknown): string | null {
  if (answer === undefined || answer === null) return '';
  if (typeof answer === 'string') return answer;
  return typeof answer === 'number' ? String(answer) : null;
}

function canGrade({ kind }: Question, right: KeyAnswer): boolean {
  if (kind === 'number') return right.value !== undefined;
  return kind === 'choice' ? right.choice !== undefined : right.accept !== undefined;
}

interface Judgement {
  readonly isRight: boolean;
  /** Beside the question's own feedback. */
  readonly words: string;
}

function judge(question: Question, right: KeyAnswer, typed: string): Judgement {
  switch (question.kind) {
    case 'number':
      return judgeNumber(question, right, typed);
    case 'choice':
      return judgeChoice(question, right, typed);
    case 'text':
      return { isRight: right.accept!.some((one) => plain(one) === plain(typed)), words: '' };
  }
}

function judgeNumber({ unit, tolerance }: NumberQuestion, right: KeyAnswer, typed: string): Judgement {
  const read = readNumber(typed, unit);
  if (!read.ok) return { isRight: false, words: read.reason };
  const value = right.value!;
  const { low = value - marginOf(tolerance, value), high = value + marginOf(tolerance, value) } = right;
  // The last bit of a conversion (0.3 s as 300 ms) decides nothing.
  const slack = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  const isRight = read.value >= low - slack && read.value <= high + slack;
  return { isRight, words: read.isAmbiguous ? `Read as ${read.value} ${unit}.` : '' };
}

/** By its id, or by its words. */
function judgeChoice({ choices }: ChoiceQuestion, right: KeyAnswer, typed: string): Judgement {
  const chosen = choices.find(({ id, text }) => id === typed.trim() || plain(text) === plain(typed));
  if (!chosen) return { isRight: false, words: `Choose one of ${choices.map(({ id }) => id).join(', ')}.` };
  return { isRight: chosen.id === right.choice, words: '' };
}

/** Case, spaces and a full stop at the end make no difference. */
const plain = (text: string) =>
  text.slice(0, MAX_SHOWN).normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim().replace(/\.$/, '');
