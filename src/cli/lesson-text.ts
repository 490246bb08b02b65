// A lesson as text for a terminal: what to read, what to do, what to answer.
import type { Lesson, Question } from '../lab/index';

export function lessonText({ id, title, aim, text, questions }: Lesson, withHints: boolean): string {
  return [
    `${title}\n`,
    `${aim}\n`,
    `${text.trimEnd()}\n`,
    ...questions.map((question, index) => questionText(question, index + 1, withHints)),
    `Answers go into a file: ${JSON.stringify(Object.fromEntries(questions.map((question) => [question.id, ''])))}\n` +
      `Then: bootlab lesson run ${id} --name NAME --answers FILE --report ${id}.html\n`,
  ].join('\n');
}

function questionText(question: Question, number: number, withHints: boolean): string {
  const { id, text, points, hints } = question;
  const worth = points === 1 ? '' : `, ${points} points`;
  const lines = [`${number}. ${text} [${id}${worth}]`];
  if (question.kind === 'number') lines.push(`   A number in ${question.unit}.`);
  if (question.kind === 'choice') lines.push(...question.choices.map((choice) => `   ${choice.id}: ${choice.text}`));
  if (withHints) lines.push(...hints.map((hint) => `   Hint: ${hint}`));
  return `${lines.join('\n')}\n`;
}
