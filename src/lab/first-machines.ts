// Which machines somebody sees who has chosen none. The lists themselves are the files of resources/profiles.

/** The machine of a command line without --profile, and of a fresh window. */
export const DEFAULT_PROFILE_ID = 'p3-1000-desktop';

/** The machines of "bootlab sample": two eras, and no run that takes longer than a few seconds. */
export const SAMPLE_PROFILE_IDS: readonly string[] = [DEFAULT_PROFILE_ID, '486dx2-66'];
