import { hostname } from 'node:os';
import { isNatsUrl } from '../node/engines/natsUrl.js';
import type { ServeCommand } from './serverCommand.js';

/** The name of a server in its events. In a stream, which several servers share, every event has one. */
export const instanceName = ({ serve, events = '' }: ServeCommand): string | undefined =>
  serve.instance ?? (isNatsUrl(events) ? hostname() : undefined);
