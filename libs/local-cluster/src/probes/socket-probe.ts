import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/** Whether something accepts connections there. Never throws. */
export async function accepts(host: string, port: number): Promise<boolean> {
  return (await exchange(host, port, undefined)) !== undefined;
}

/** Whether a Redis (or Valkey) answers there; one that asks for a password counts. Never throws. */
export async function answersPing(host: string, port: number): Promise<boolean> {
  const answer = await exchange(host, port, 'PING\r\n');
  return answer !== undefined && /^(\+PONG|-NOAUTH|-DENIED)/.test(answer);
}

/** Connects, sends, and returns the first chunk of the answer ('' when nothing was asked); undefined on any failure. */
function exchange(host: string, port: number, question: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const settle = (answer: string | undefined): void => {
      resolve(answer);
      socket.destroy();
    };
    socket.once('connect', () => (question === undefined ? settle('') : socket.write(question)));
    socket.once('data', (chunk) => settle(chunk.toString('latin1')));
    for (const failure of ['timeout', 'error', 'close']) socket.once(failure, () => settle(undefined));
  });
}
