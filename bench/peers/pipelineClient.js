/** pipelineClient PORT FILE: the client with stream.pipeline. Status 0 once the FIN came. */
import { createReadStream } from 'node:fs';
import { connect } from 'node:net';
import { finished, pipeline } from 'node:stream/promises';

const BUFFER_BYTES = 256 * 1024;
const [port, file = ''] = process.argv.slice(2);

/** A socket is a stream, and takes a stream's options, which its types leave out. */
const to = { port: Number(port), host: '127.0.0.1', highWaterMark: BUFFER_BYTES };
const socket = connect(to);
await pipeline(createReadStream(file, { highWaterMark: BUFFER_BYTES }), socket);
await finished(socket.resume());
