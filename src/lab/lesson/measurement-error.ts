// Why an answer cannot be measured: in the words of a failure.

/** A measurement that its experiment cannot give. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError';
}
