import { type EngineUrl, engineUrl, type Scheme } from './engineUrl.js';

/** The scheme of a stream of NATS JetStream. */
const stream: Scheme = {
  example: 'nats://HOST[,HOST]/STREAM',
  path: /^[A-Za-z0-9_-]{1,64}$/,
  variables: 'NATS_USER and NATS_PASSWORD, NATS_TOKEN, or NATS_CREDS',
};

export const NATS: Readonly<Record<string, Scheme>> = {
  nats: stream,
  tls: stream,
};

/** Whether a text is meant to be such a URL, correct or not. */
export const isNatsUrl = (text: string): boolean => /^(?:nats|tls):\/\//.test(text);

/** Throws TypeError. */
export const natsUrl = (text: string): EngineUrl => engineUrl(text, NATS);
