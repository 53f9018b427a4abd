import { get, type IncomingMessage } from 'node:http';

const TIMEOUT_MS = 2_000;

/** The body of a 2xx answer; undefined for any other answer or none. Never throws. */
export function httpBody(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => resolve(bodyOf(response)));
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

export async function answersOk(url: string): Promise<boolean> {
  return (await httpBody(url)) !== undefined;
}

async function bodyOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const status = response.statusCode ?? 0;
  return status >= 200 && status < 300 ? Buffer.concat(chunks).toString('utf8') : undefined;
}
