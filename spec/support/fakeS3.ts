import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request asks for, as the specs see it. */
export interface FakeRequest {
  readonly operation: string;
  readonly key: string;
  /** Whether it forbids to overwrite an object. */
  readonly isConditional: boolean;
}

/** How the fake answers a request instead of doing what it asks for: a status, or a cut connection. */
export type FakeAnswer = { readonly status: number; readonly code?: string } | 'cut' | undefined;

export interface FakeS3Options {
  /**
   * What it does with conditions: all engines of today, OpenStack Swift (501 on PUT), engines that ignore them.
   */
  conditions?: 'all' | 'complete' | 'ignored';
  /** Names on a page of a list. */
  pageSize?: number;
}

export interface FakeObject {
  readonly body: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The part of the S3 API that a server uses, in memory: one bucket, whose requests may fail, wait or be cut.
 * It checks the access key, and no signature.
 */
export class FakeS3 {
  /** The objects of the bucket. */
  readonly objects = new Map<string, FakeObject>();
  /** The requests so far. */
  readonly requests: FakeRequest[] = [];
  readonly uploads = new Map<string, FakeUpload>();
  /** Answers instead of the bucket; may be changed at any time. */
  answer: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer> = () => undefined;
  /** Whether it does what a request asks for before it gives another answer: the answer was lost. */
  doesFirst = false;
  private readonly server = createServer((request, response) => {
    void this.serve(request, response);
  });

  constructor(private readonly options: FakeS3Options = {}) {}

  /** Listens on a free port, or on the one that it had before. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => {
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return this.url;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The objects as texts, without their metadata. */
  get contents(): Record<string, string> {
    const names = [...this.objects.keys()].sort();
    return Object.fromEntries(names.map((key) => [key, String(this.objects.get(key)?.body)]));
  }

  operations(operation: string): readonly FakeRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const request: FakeRequest = {
      operation: operationOf(incoming.method, url.searchParams, key),
      key,
      isConditional: incoming.headers['if-none-match'] === '*',
    };
    this.requests.push(request);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const answer = await this.answer(request);
    if (answer === undefined || this.doesFirst) {
      const result = this.refusal(bucket, incoming) ?? this.perform(request, url, incoming, body);
      if (answer === undefined) {
        send(response, result, incoming.method);
        return;
      }
    }
    if (answer === 'cut') incoming.socket.destroy();
    else send(response, failure(answer.status, answer.code), incoming.method);
  }

  private refusal(bucket: string, { headers }: IncomingMessage): Result | undefined {
    if (bucket !== 'bucket') return failure(404, 'NoSuchBucket');
    const { accessKey, region } =
      /Credential=(?<accessKey>[^/]+)\/\d+\/(?<region>[^/]+)\//.exec(headers.authorization ?? '')
        ?.groups ?? {};
    if (accessKey !== 'key') return failure(403, 'InvalidAccessKeyId');
    return region === 'us-east-1' ? undefined : failure(400, 'AuthorizationHeaderMalformed');
  }

  private perform(
    { operation, key, isConditional }: FakeRequest,
    url: URL,
    { headers }: IncomingMessage,
    body: Buffer,
  ): Result {
    const { conditions = 'all' } = this.options;
    const taken = isConditional && conditions !== 'ignored' && this.objects.has(key);
    const uploadId = url.searchParams.get('uploadId') ?? '';
    const upload = this.uploads.get(uploadId);
    switch (operation) {
      case 'PutObject': {
        if (isConditional && conditions === 'complete') return failure(501, 'NotImplemented');
        if (taken) return failure(412, 'PreconditionFailed');
        this.objects.set(key, { body, metadata: metadataOf(headers) });
        return { status: 200, headers: { etag: etagOf(body) } };
      }
      case 'HeadObject': {
        const object = this.objects.get(key);
        if (object === undefined) return failure(404, 'NotFound');
        return { status: 200, headers: headersOf(object) };
      }
      case 'DeleteObject':
        this.objects.delete(key);
        return { status: 204 };
      case 'ListObjectsV2':
        return this.list(url.searchParams);
      case 'CreateMultipartUpload': {
        const id = randomUUID();
        this.uploads.set(id, {
          key,
          metadata: metadataOf(headers),
          parts: new Map(),
          startedAt: Date.now(),
        });
        return xml(
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      case 'ListMultipartUploads':
        return xml(
          `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${[...this.uploads]
            .map(
              ([id, { key, startedAt }]) =>
                `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${timeOf(startedAt)}</Initiated></Upload>`,
            )
            .join('')}</ListMultipartUploadsResult>`,
        );
    }
    if (upload === undefined) return failure(404, 'NoSuchUpload');
    switch (operation) {
      case 'UploadPart': {
        const number = Number(url.searchParams.get('partNumber'));
        upload.parts.set(number, { body, at: Date.now() });
        return { status: 200, headers: { etag: etagOf(body) } };
      }
      case 'ListParts':
        return xml(
          `<ListPartsResult><IsTruncated>false</IsTruncated>${[...upload.parts]
            .map(
              ([number, { at }]) =>
                `<Part><PartNumber>${number}</PartNumber><LastModified>${timeOf(at)}</LastModified></Part>`,
            )
            .join('')}</ListPartsResult>`,
        );
      case 'CompleteMultipartUpload': {
        if (taken) return failure(412, 'PreconditionFailed');
        const bodies = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part.body);
        this.objects.set(key, { body: Buffer.concat(bodies), metadata: upload.metadata });
        this.uploads.delete(uploadId);
        return xml('<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>');
      }
      case 'AbortMultipartUpload':
        this.uploads.delete(uploadId);
        return { status: 204 };
    }
    return failure(501, 'NotImplemented');
  }

  private list(query: URLSearchParams): Result {
    const { pageSize = 1_000 } = this.options;
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .sort();
    const page = keys.slice(0, pageSize);
    const next = keys.length > page.length ? page.at(-1) : undefined;
    return xml(
      `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${
        next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
      }${page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`,
    );
  }
}

interface FakeUpload {
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly body: Buffer; readonly at: number }>;
  startedAt: number;
}

interface Result {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function operationOf(method = '', query: URLSearchParams, key: string): string {
  const isUpload = query.has('uploadId');
  switch (method) {
    case 'PUT':
      return isUpload ? 'UploadPart' : 'PutObject';
    case 'POST':
      return isUpload ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'DELETE':
      return isUpload ? 'AbortMultipartUpload' : 'DeleteObject';
    case 'HEAD':
      return 'HeadObject';
    default:
      if (isUpload) return 'ListParts';
      if (query.has('uploads')) return 'ListMultipartUploads';
      return key === '' ? 'ListObjectsV2' : 'GetObject';
  }
}

const metadataOf = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(META) && typeof value === 'string' ? [[name.slice(META.length), value]] : [],
    ),
  );

const headersOf = ({ body, metadata }: FakeObject): Record<string, string> => ({
  'content-length': String(body.byteLength),
  etag: etagOf(body),
  ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [META + name, value])),
});

const META = 'x-amz-meta-';

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

const timeOf = (ms: number): string => new Date(ms).toISOString();

const xml = (body: string): Result => ({ status: 200, body: `<?xml version="1.0"?>${body}` });

const failure = (status: number, code = 'InternalError'): Result => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no ${code}</Message></Error>`,
});

function send(response: ServerResponse, { status, headers, body }: Result, method = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(method === 'HEAD' ? undefined : body);
}
