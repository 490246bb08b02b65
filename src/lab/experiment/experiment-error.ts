// Why an experiment cannot be: a sentence, what to do, and the place in the experiment that says so.

/** Keys and indices from the experiment down. */
export type ExperimentPath = readonly (string | number)[];

/** An experiment that makes no plan. `message` says what is wrong and why. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
  readonly code = 'LAB-EXPERIMENT';

  constructor(
    message: string,
    readonly nextStep: string,
    readonly path: ExperimentPath = [],
  ) {
    super(message);
  }
}
