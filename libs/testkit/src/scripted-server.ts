import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

export interface ScriptedExchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The whole body as text; reads it. */
  body(): Promise<string>;
  /** Answers with JSON. */
  json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** Resolves when the connection of this exchange is closed, by whomever. */
  readonly closed: Promise<void>;
}

export type ExchangeScript = (exchange: ScriptedExchange) => void | Promise<void>;

export interface ScriptedServer {
  readonly url: string;
  /** In the order of their coming. */
  readonly exchanges: readonly ScriptedExchange[];
  /** Closes every connection. */
  stop(): Promise<void>;
}

/**
 * A real HTTP server on loopback that answers as told, to fail in ways that no gateway can be made to: the n-th request
 * goes to the n-th script, and all further ones to the last.
 */
export async function startScriptedServer(...scripts: ExchangeScript[]): Promise<ScriptedServer> {
  const exchanges: ScriptedExchange[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const exchange = exchangeOf(request, response);
    const script = scripts[Math.min(exchanges.push(exchange), scripts.length) - 1];
    // A script that fails is seen by its client as a broken connection.
    Promise.resolve(script?.(exchange)).catch(() => response.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function exchangeOf(request: IncomingMessage, response: ServerResponse): ScriptedExchange {
  const { method = '', url = '', headers } = request;
  return {
    ...{ method, url, headers, request, response },
    closed: new Promise((resolve) => response.on('close', resolve)),
    body: async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
      return text;
    },
    json: (status, body, extra = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...extra });
      response.end(JSON.stringify(body));
    },
  };
}
