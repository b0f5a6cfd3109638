import { defer, map, type OperatorFunction } from 'rxjs';
import { escapeJson } from '../node/escapeJson.js';

/**
 * Emits states as JSON: the first with all fields, and each later one with the fields that differ from the one before.
 *
 *     source     a:1,b:1 ----- a:1,b:2 ----- a:2,b:2
 *     changes    a:1,b:1 ----- b:2 --------- a:2
 */
export const changes = (): OperatorFunction<object, string> => (source) =>
  defer(() => {
    const sent = new Map<string, string | undefined>();
    return source.pipe(
      map((state) => {
        const fields = Object.entries(state)
          .map(([name, value]) => [name, JSON.stringify(value)] as const)
          .filter(([name, json]) => sent.get(name) !== json);
        for (const [name, json] of fields) sent.set(name, json);
        const pairs = fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`);
        return escapeJson(`{${pairs.join(',')}}`);
      }),
    );
  });
