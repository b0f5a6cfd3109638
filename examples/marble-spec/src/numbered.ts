import { map, type OperatorFunction } from 'rxjs';

/**
 * Numbers what comes, from 1, anew for each subscription.
 *
 *     source      --a----b----|
 *     numbered()  --1:a--2:b--|
 */
export const numbered = (): OperatorFunction<string, string> =>
  map((text, index) => `${index + 1}:${text}`);
