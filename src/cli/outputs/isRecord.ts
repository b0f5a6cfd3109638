import type { ServerEvent } from '../../server/events.js';

/** Whether an event belongs into a record. `progress` and `usage` do not: they are samples for a live view. */
export const isRecord = ({ type }: ServerEvent): boolean => type !== 'progress' && type !== 'usage';
