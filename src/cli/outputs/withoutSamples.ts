import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/** Drops `progress` and `usage`: samples for a live view, which a record does without. */
export const withoutSamples: MonoTypeOperatorFunction<ServerEvent> = filter(
  ({ type }) => type !== 'progress' && type !== 'usage',
);
