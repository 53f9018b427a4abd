import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { NearscoreError } from '@nearscore/errors';
import { errorAnswer } from './error-answer';
import { BadRequestError, ExpectationFailedError, HeadersTooLargeError, RequestTimeoutError } from './http.errors';

/** Answers what never became a request, because Node's parser or a timeout of the server refused it. */
export function answerClientError(fault: NodeJS.ErrnoException, socket: Socket): NearscoreError | undefined {
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const error = toClientError(fault.code);
  socket.write(rawResponse(error));
  socket.destroySoon();
  return error;
}

/** Node answers an unknown `Expect` with an empty 417 otherwise. */
export function answerExpectations(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = errorAnswer(new ExpectationFailedError(), request.method ?? '');
    const text = JSON.stringify(body);
    response.writeHead(status, { ...headers, ...bodyHeaders(text) });
    response.end(text);
  });
}

function toClientError(code: string | undefined): NearscoreError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError('The headers are larger than this gateway takes.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new BadRequestError('The chunk extensions of the body are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError();
    default:
      return new BadRequestError('This is not a valid HTTP/1.1 request.');
  }
}

function rawResponse(error: NearscoreError): string {
  const { status, headers, body } = errorAnswer(error, '');
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries({ ...headers, ...bodyHeaders(text) }).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

function bodyHeaders(text: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
}
