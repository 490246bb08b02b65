// A lesson over a fake experiment, with a question of each kind, and its key.
import type { Lesson, LessonKey } from '../../src/lab/lesson/lesson';
import { FAKE_EXPERIMENT } from './fake-experiment';

export const FAKE_LESSON: Lesson = {
  format: 'bootlab-lesson',
  version: 1,
  id: 'fake',
  edition: 2,
  title: 'A lesson',
  aim: 'You can test.',
  text: 'Read this.',
  experiment: FAKE_EXPERIMENT,
  questions: [
    {
      kind: 'number',
      id: 'seconds',
      text: 'How long?',
      points: 2,
      hints: ['Look.'],
      unit: 's',
      tolerance: { relative: 0.02 },
      feedback: { right: 'Well done.', wrong: 'Look again.' },
    },
    { kind: 'number', id: 'pages', text: 'How many?', points: 1, hints: [], unit: 'pages', tolerance: { absolute: 0 } },
    {
      kind: 'choice',
      id: 'which',
      text: 'Which?',
      points: 1,
      hints: [],
      choices: [
        { id: 'a', text: 'The first.' },
        { id: 'b', text: 'The second' },
      ],
    },
    { kind: 'text', id: 'word', text: 'What is it called?', points: 1, hints: [] },
    { kind: 'text', id: 'essay', text: 'Why?', points: 4, hints: [] },
  ],
  isGraded: true,
};

export const FAKE_KEY: LessonKey = {
  format: 'bootlab-key',
  version: 1,
  lesson: 'fake',
  edition: 2,
  reference: null,
  answers: {
    seconds: { value: 10 },
    pages: { value: 3 },
    which: { choice: 'b' },
    word: { accept: ['kexec', 'kexec jump'] },
  },
};
