// A lesson and its teacher's key, as *.lesson.json and *.key.json say them (docs/lessons.md). Types only.
import type { PhaseCosts, RebootPath } from '../../emulator/index';
import type { Experiment, ParameterValue } from '../experiment/experiment';
import type { UnitName } from './units';

/** Raised when a file that was right before would be read differently; fields are only added. */
export const LESSON_VERSION = 1;

export interface Lesson {
  readonly format: 'bootlab-lesson';
  readonly version: typeof LESSON_VERSION;
  /** Lower-case letters, digits and hyphens. */
  readonly id: string;
  /** Raised by the author when questions change: answers belong to the questions that were asked. */
  readonly edition: number;
  readonly title: string;
  /** What one can do afterwards, in a sentence. */
  readonly aim: string;
  /** Markdown. In a file it may stand beside the lesson instead, under the same name with .md. */
  readonly text: string;
  readonly experiment: Experiment;
  readonly questions: readonly Question[];
  /** False: answers are collected and nothing is graded. */
  readonly isGraded: boolean;
}

interface QuestionBase {
  readonly id: string;
  readonly text: string;
  readonly points: number;
  /** One after the other, each saying more. */
  readonly hints: readonly string[];
  /** What is said beside the verdict. */
  readonly feedback?: { readonly right?: string; readonly wrong?: string };
}

/** How far from the key's value an answer may lie, either way: in the question's unit, or as a share of the value. */
export type Tolerance = { readonly absolute: number } | { readonly relative: number };

export interface NumberQuestion extends QuestionBase {
  readonly kind: 'number';
  readonly unit: UnitName;
  readonly tolerance: Tolerance;
}

export interface ChoiceQuestion extends QuestionBase {
  readonly kind: 'choice';
  /** One of them is right. */
  readonly choices: readonly { readonly id: string; readonly text: string }[];
}

export interface TextQuestion extends QuestionBase {
  readonly kind: 'text';
}

export type Question = NumberQuestion | ChoiceQuestion | TextQuestion;

/** Answers as they were typed, by question. From outside: anything may stand in it. */
export type Answers = Readonly<Record<string, unknown>>;

export interface LessonKey {
  readonly format: 'bootlab-key';
  readonly version: typeof LESSON_VERSION;
  /** The lesson's id and edition. */
  readonly lesson: string;
  readonly edition: number;
  /** The run the measured answers are from; null before there was one. */
  readonly reference: KeyReference | null;
  /** By question. A question without one is graded by hand. */
  readonly answers: Readonly<Record<string, KeyAnswer>>;
}

export interface KeyReference {
  readonly engineVersion: string;
  readonly experimentHash: string;
}

/** What is right, and why. Exactly one of `measure`, `choose`, `value`, `choice` and `accept` says where it comes from. */
export interface KeyAnswer {
  /** How a number is measured. `value`, `low` and `high` are then made by a reference run. */
  readonly measure?: Measurement;
  /** How a choice is measured. `choice` is then made by a reference run. */
  readonly choose?: ChoiceMeasurement;
  /** In the question's unit. */
  readonly value?: number;
  /** The range that is right; from the question's tolerance where it is left out. */
  readonly low?: number;
  readonly high?: number;
  readonly choice?: string;
  /** Texts that are right, whatever their case and spaces. */
  readonly accept?: readonly string[];
  /** For the teacher. */
  readonly comment?: string;
}

/** Runs of one path at one point. What is left out must not matter: if several points fit, that is an error. */
export interface RunChoice {
  readonly path: RebootPath;
  readonly machine?: string;
  /** Values of swept parameters. */
  readonly at?: Readonly<Record<string, ParameterValue>>;
}

/** A number of a run: a metric by its column of runs.csv, or a cost of a phase or of a POST step or driver within one. */
export type RunNumber = RunChoice & {
  /** The unit it is given in; cycles, bytes or a count as it is recorded when left out. */
  readonly in?: UnitName;
} & ({ readonly metric: string } | { readonly phase: string; readonly cost?: keyof PhaseCosts });

/** How a number follows from an experiment's records. A closed list: no script. */
export type Measurement =
  | RunNumber
  | { readonly constant: number; readonly source: string }
  | { readonly sum: readonly Measurement[] }
  | { readonly product: readonly Measurement[] }
  /** The first without the second. */
  | { readonly difference: readonly [Measurement, Measurement] }
  | { readonly ratio: readonly [Measurement, Measurement] }
  /** Of the line of least squares through a number's values over a swept parameter; `at` leaves that one out. */
  | { readonly slope: RunNumber; readonly over: string }
  | { readonly intercept: RunNumber; readonly over: string }
  /** The number beside a text on the consoles. */
  | (RunChoice & {
      readonly said: string;
      readonly side: 'before' | 'after';
      /** From 1; from the end when negative. */
      readonly occurrence: number;
    })
  /** What a kexec page list says (docs/facts.md A3). */
  | { readonly pageList: PageList; readonly give: 'pages' | 'bytes' };

/** Words of 32 bits, "0x0a3c5008": those the stub begins with, and those of the pages they lead to, by address. */
export interface PageList {
  readonly words: readonly string[];
  readonly pages: Readonly<Record<string, readonly string[]>>;
}

/** How a choice follows from an experiment's records. */
export type ChoiceMeasurement =
  /** By what became of a run: "done", or the code of its failure. */
  | { readonly outcome: RunChoice; readonly choices: Readonly<Record<string, string>> }
  /** By the phase with most cycles, or by the one that a second path saves most of. */
  | { readonly largest: RunChoice; readonly savedBy?: RebootPath; readonly choices: Readonly<Record<string, string>> }
  /** By how two numbers relate; equal is what differs by no more than the share `within`. */
  | {
      readonly compare: readonly [Measurement, Measurement];
      readonly within: number;
      readonly less: string;
      readonly equal: string;
      readonly greater: string;
    }
  /** By where in a page list's copies an address comes out: "0x0a3c6000" as source, the destination picks the choice. */
  | { readonly pageList: PageList; readonly source: string; readonly choices: Readonly<Record<string, string>> };
