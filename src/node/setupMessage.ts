import { deserialize, serialize } from 'node:v8';

/** The first message to a worker, which may have more than JSON has: bytes, infinity, large integers. */
export interface SetupMessage {
  readonly setup: string;
}

/**
 * Messages are JSON, because that takes a fraction of the time that V8's format of messages takes, and there are two
 * for each connection.
 */
export const encodeSetup = (setup: object): SetupMessage => ({
  setup: serialize(setup).toString('base64'),
});

export const decodeSetup = ({ setup }: SetupMessage): unknown =>
  deserialize(Buffer.from(setup, 'base64'));

export const isSetup = (message: object): message is SetupMessage => 'setup' in message;
