// Names a person may have meant: for "did you mean".

const MOST_SUGGESTIONS = 3;
/** Letters that may differ, as a share of the longer name. */
const TOLERANCE = 0.34;

/** Known names close to a wrong one, the closest first; ties in the order of `known`. Empty when none is close. */
export function nearestNames(wrong: string, known: readonly string[]): string[] {
  if (plain(wrong) === '') return [];
  const near = known
    .map((name) => ({ name, distance: distanceBetween(wrong, name) }))
    .filter(({ distance }) => distance <= TOLERANCE)
    .sort((a, b) => a.distance - b.distance);
  // Beside the same letters, others are noise.
  return near
    .filter(({ distance }) => near[0].distance > 0 || distance === 0)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}

/** "Did you mean memory.ramBytes?", or what to say when nothing is near. */
export function didYouMean(wrong: string, known: readonly string[], otherwise: string): string {
  const near = nearestNames(wrong, known);
  if (near.length === 0) return otherwise;
  const last = near[near.length - 1];
  return `Did you mean ${near.length === 1 ? last : `${near.slice(0, -1).join(', ')} or ${last}`}?`;
}

/** Case, dots, hyphens and underscores are what people get wrong first. */
const plain = (name: string) =>
  name
    .slice(0, 80)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** 0 for the same letters, 1 for nothing in common. Of "ramBytes" alone the last word of a name is looked at. */
function distanceBetween(wrong: string, name: string): number {
  const lastWord = name.slice(name.lastIndexOf('.') + 1);
  return share(plain(wrong), plain(wrong.includes('.') || wrong.includes('_') ? name : lastWord));
}

const share = (a: string, b: string) => editDistance(a, b) / Math.max(a.length, b.length);

/** Letters to insert, remove or replace (Levenshtein 1965), two rows at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
