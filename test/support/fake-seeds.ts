// Seeds the fake engine worker treats in a way of their own; with all others it ends at once.

export const FAKE_SEEDS = {
  /** Fails as a run that passes its limit. */
  fails: 911,
  /** Goes on long enough to be cancelled. */
  slow: 60,
  /** Ends its thread without an answer. */
  dies: 13,
} as const;
