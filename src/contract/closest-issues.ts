// Parsing what people write by hand: of a choice of shapes the complaint is about the one that was meant.
import { z } from 'zod';

/** Reads a value; of what is wrong it says what fits the value best, not that no shape fits. */
export function parseClosely<Value>(schema: z.ZodType<Value>, value: unknown): z.ZodSafeParseResult<Value> {
  const parsed = schema.safeParse(value);
  const lost = lostMembers(value, []);
  if (parsed.success && lost.length === 0) return parsed;
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => closestIssues(issue));
  const error = new z.ZodError([...issues, ...lost]);
  return { success: false, error: error as z.ZodError<Value> };
}

type Issue = z.core.$ZodIssue;

/** Zod passes over members of the name "__proto__": what is written there would be lost in silence. */
function lostMembers(value: unknown, path: PropertyKey[]): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.hasOwn(value, '__proto__')
    ? [
        {
          code: 'unrecognized_keys' as const,
          keys: ['__proto__'],
          path,
          message: 'Unrecognized key: "__proto__"',
        },
      ]
    : [];
  return [...own, ...Object.entries(value).flatMap(([key, member]) => lostMembers(member, [...path, key]))];
}

/** Of a choice of shapes: what is wrong by the shape that the value misses least. */
function closestIssues(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOfOtherType = ([first]: readonly Issue[]) => first.code === 'invalid_type' && first.path.length === 0;
  const fitting = issue.errors.filter((issues) => issues.length > 0 && !isOfOtherType(issues));
  const closest = fitting.sort((a, b) => a.length - b.length)[0];
  if (!closest) return [{ ...issue, message: 'is of the wrong kind' }];
  return closest.flatMap((inner) => closestIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}
