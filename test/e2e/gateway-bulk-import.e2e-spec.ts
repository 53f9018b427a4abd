import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Grid, connectGrid } from '@nearscore/grid';
import { eventually, exampleModel, startMember, type TestMember } from '@nearscore/testkit';
import { callsTo, modelUpload } from '../fixtures/http/gateway-calls';
import { type GatewayInProcess, NOWHERE, startGatewayInProcess } from '../fixtures/http/gateway-in-process';
import { ask, collect } from '../fixtures/http/raw-http';

const phishing = exampleModel('phishing');
const values = phishing.records[0]!.values;
const PATH = '/v1/streams/phishing/records';
const NDJSON = 'application/x-ndjson';
const MAX_LINE = 2_000;
const REQUEST_TIMEOUT_MS = 700;

let member: TestMember;
let gateway: GatewayInProcess;
let grid: Grid;

const call = callsTo(() => gateway.url);

beforeAll(async () => {
  member = await startMember();
  const { address, clusterName } = member;
  gateway = await startGatewayInProcess({
    ...NOWHERE,
    NEARSCORE_GRID_MEMBERS: address,
    NEARSCORE_GRID_CLUSTER: clusterName,
    NEARSCORE_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
    NEARSCORE_MAX_BODY_BYTES: String(MAX_LINE),
    NEARSCORE_MAX_BULK_REQUESTS: '2',
  });
  grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
  await eventually(async () => expect(await call('GET', '/v1/models')).toMatchObject({ status: 200 }));
  await call('PUT', '/v1/models/phishing/versions/1', modelUpload(phishing.onnx(1), phishing.modelJson));
  expect(await call('PUT', '/v1/streams/phishing', { model: 'phishing', version: 1 })).toMatchObject({ status: 200 });
}, 60_000);

afterAll(async () => {
  await Promise.all([gateway?.stop(), grid?.close()]);
  await member?.stop();
});

interface Sent {
  readonly type?: string;
  readonly accept?: string;
  readonly encoding?: string;
  readonly query?: string;
}

async function post(body: string | Buffer, { type = NDJSON, accept = NDJSON, encoding, query = '' }: Sent = {}) {
  const headers = { 'content-type': type, accept, ...(encoding && { 'content-encoding': encoding }) };
  const response = await fetch(gateway.url + PATH + query, { method: 'POST', headers, body });
  const text = await response.text();
  const isLines = response.headers.get('content-type') === NDJSON;
  const told = isLines ? linesOf(text) : [JSON.parse(text) as object];
  return {
    status: response.status,
    lines: told.filter((line) => !isProgress(line)),
    progress: told.filter(isProgress),
  };
}

interface Progress {
  readonly progress: { readonly line: number; readonly written: number; readonly failed: number };
}

const isProgress = (line: object): line is Progress => 'progress' in line;
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);

const lineOf = (key: unknown, value: unknown = values) => JSON.stringify({ key, value });
const stored = async (key: string) => (await grid.recordMap('features.phishing')).get(key);
const errorOf = (line: number, code: string, details: unknown = expect.anything()) => ({
  error: { line, code, message: expect.any(String), details },
});
const done = (lines: number, written: number, failed = 0) => ({ done: { lines, written, failed } });

describe('lines', () => {
  test('are written, and the last one needs no line feed', async () => {
    const { status, lines } = await post(`${lineOf('a')}\n${lineOf('b')}\r\n\n  \n${lineOf('c')}`);
    expect({ status, lines }).toMatchObject({ status: 200, lines: [done(5, 3)] });
    for (const key of ['a', 'b', 'c']) expect(await stored(key)).toEqual(values);
  });

  test('of a key given twice the later value stays, also across batches', async () => {
    const body = Array.from({ length: 5_000 }, (_, i) =>
      lineOf(`twice-${i % 7}`, { ...values, is_popular: i / 10_000 }),
    );
    expect(await post(body.join('\n'))).toMatchObject({ status: 200, lines: [done(5_000, 5_000)] });
    for (let i = 4_993; i < 5_000; i++) {
      expect(await stored(`twice-${i % 7}`)).toMatchObject({ is_popular: Math.fround(i / 10_000) });
    }
  });

  test('nothing is an import of nothing', async () =>
    expect(await post('')).toMatchObject({ status: 200, lines: [done(0, 0)] }));

  const faulty: [what: string, line: string | Buffer, code: string][] = [
    ['not JSON', '{"key": "x", ', 'JSON_MALFORMED'],
    ['two documents', `${lineOf('x')}${lineOf('y')}`, 'JSON_MALFORMED'],
    ['a byte order mark', `\ufeff${lineOf('x')}`, 'JSON_MALFORMED'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'BODY_MALFORMED'],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'BODY_MALFORMED'],
    ['a NUL', '\0', 'JSON_MALFORMED'],
    ['a NUL in a key', lineOf('a\0'), 'INVALID_KEY'],
    ['a lone surrogate in a key', '{"key": "\\ud800", "value": {}}', 'INVALID_KEY'],
    ['an empty key', lineOf(''), 'INVALID_KEY'],
    ['a key that is no text', lineOf(1), 'INVALID_KEY'],
    ['a key of 513 bytes', lineOf('x'.repeat(513)), 'INVALID_KEY'],
    ['a key twice in an object', '{"key": "x", "key": "y", "value": {}}', 'JSON_KEY_REFUSED'],
    ['__proto__', '{"key": "x", "value": {"__proto__": 1}}', 'JSON_KEY_REFUSED'],
    ['33 levels', '['.repeat(33), 'JSON_TOO_DEEP'],
    ['1e999', '{"key": "x", "value": 1e999}', 'JSON_NUMBER_REFUSED'],
    ['no value', '{"key": "x"}', 'RECORD_FORMAT_INVALID'],
    ['an array', '[]', 'RECORD_FORMAT_INVALID'],
    ['a field too many', lineOf('x', { ...values, other: 1 }), 'RECORD_FORMAT_INVALID'],
    ['a line that is too long', lineOf('x'.repeat(MAX_LINE)), 'LINE_TOO_LONG'],
  ];

  test.each(faulty)('%s is an error of that line alone', async (_what, line, code) => {
    const body = Buffer.concat([
      Buffer.from(`${lineOf('before')}\n`),
      Buffer.from(line),
      Buffer.from(`\n${lineOf('after')}\n`),
    ]);
    const { lines } = await post(body);
    expect(lines).toEqual([errorOf(2, code), done(3, 2, 1)]);
    expect(JSON.stringify(lines)).not.toContain(String(values.is_popular) + ',');
  });

  test('a wrong field is named', async () => {
    const { lines } = await post(lineOf('x', { ...values, https: '1' }));
    const issues = [{ field: 'https', message: expect.any(String) }];
    expect(lines).toEqual([errorOf(1, 'RECORD_FORMAT_INVALID', { issues }), done(1, 0, 1)]);
  });

  test('lines to skip are counted, and not looked at', async () => {
    const { lines } = await post(`nonsense\n${lineOf('skipped')}\nnonsense\n${lineOf('kept')}`, { query: '?skip=2' });
    expect(lines).toEqual([errorOf(3, 'JSON_MALFORMED'), done(4, 1, 1)]);
    expect(await stored('skipped')).toBeUndefined();
    expect(await stored('kept')).toEqual(values);
  });

  test('progress is told every 10,000 lines', async () => {
    const body = Array.from({ length: 30_000 }, (_, i) => lineOf(`many-${i % 1000}`));
    const { lines, progress } = await post(body.join('\n'));
    const told = progress.map((line) => line.progress);
    expect(told[0]).toEqual({ line: 0, written: 0, failed: 0 });
    expect(told.length).toBeGreaterThan(2);
    told.forEach(({ line, written }, at) => {
      expect(written).toBeGreaterThanOrEqual(line);
      expect(line).toBeGreaterThanOrEqual(told[at - 1]?.line ?? 0);
    });
    expect(lines).toEqual([done(30_000, 30_000)]);
  });
});

describe('one answer at the end', () => {
  test('sums up, with the first 100 errors', async () => {
    const body = [lineOf('sum'), ...Array.from({ length: 150 }, () => '{}')].join('\n');
    const { status, lines } = await post(body, { accept: '*/*' });
    const [summary] = lines as [{ errors: { line: number }[] }];
    expect({ status, summary }).toMatchObject({ status: 200, summary: { lines: 151, written: 1, failed: 150 } });
    expect(summary.errors.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
    expect(summary.errors[0]).toEqual({ line: 2, code: 'RECORD_FORMAT_INVALID', message: expect.any(String) });
  });

  test('or is the error, with where to go on', async () => {
    const whole = gzipSync(`${lineOf('cut-1')}\n${'x'.repeat(100_000)}`);
    const { status, lines } = await post(whole.subarray(0, -12), { accept: 'application/json', encoding: 'gzip' });
    expect(status).toBe(400);
    expect(lines).toMatchObject([
      { error: { code: 'BODY_MALFORMED', retriable: false, details: { resumeAfterLine: 1 } } },
    ]);
  });
});

describe('what is refused as a whole', () => {
  test.each([
    ['another stream', { path: '/v1/streams/none/records' }, 404, 'STREAM_NOT_FOUND'],
    ['skip that is no number', { path: `${PATH}?skip=-1` }, 400, 'BAD_REQUEST'],
    ['skip twice', { path: `${PATH}?skip=1&skip=2` }, 400, 'BAD_REQUEST'],
    ['an Accept of something else', { accept: 'text/html' }, 406, 'NOT_ACCEPTABLE'],
    ['another type', { type: 'application/ndjson' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', { type: `${NDJSON}; charset=utf-16` }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['lines where one record is expected', { path: `${PATH}/k`, method: 'PUT' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s', async (_what, sent, status, code) => {
    const { path = PATH, type = NDJSON, accept = NDJSON, method = 'POST' } = sent as Record<string, string>;
    const response = await fetch(gateway.url + path, {
      method,
      headers: { 'content-type': type, accept },
      body: lineOf('x'),
    });
    expect({ status: response.status, json: await response.json() }).toMatchObject({
      status,
      json: { error: { code } },
    });
  });

  test.each([
    ['br', brotliCompressSync(lineOf('x'))],
    ['zstd', Buffer.from(lineOf('x'))],
    ['gzip, gzip', gzipSync(gzipSync(lineOf('x')))],
  ])('%s', async (encoding, body) => expect(await post(body, { encoding })).toMatchObject({ status: 415 }));

  test('more imports at once than there are slots', async () => {
    const open = [1, 2].map(() => connect(gateway.port, '127.0.0.1'));
    const answers = open.map((socket) => {
      socket.write(
        `POST ${PATH} HTTP/1.1\r\nHost: g\r\nAccept: ${NDJSON}\r\nContent-Type: ${NDJSON}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      return new Promise((resolve) => socket.once('data', resolve));
    });
    await Promise.all(answers);
    expect(await post(lineOf('x'))).toMatchObject({
      status: 429,
      lines: [{ error: { code: 'TOO_MANY_BULK_REQUESTS' } }],
    });
    for (const socket of open) socket.destroy();
    await eventually(async () => expect(await post(lineOf('x'))).toMatchObject({ status: 200 }));
  });
});

describe('compressed bodies', () => {
  test.each(['gzip', 'x-gzip'])('%s is inflated while it comes, to any length', async (encoding) => {
    const body = Array.from({ length: 2_000 }, (_, i) => lineOf(`zip-${i}`)).join('\n');
    expect(body.length).toBeGreaterThan(100 * MAX_LINE);
    expect(await post(gzipSync(body), { encoding })).toMatchObject({ status: 200, lines: [done(2_000, 2_000)] });
  });

  test('what does not inflate ends the import where it stands', async () => {
    const zipped = gzipSync(`${lineOf('inflated')}\n${'\n'.repeat(200_000)}`);
    const { lines } = await post(zipped.subarray(0, -10), { encoding: 'gzip' });
    expect(lines.at(-1)).toMatchObject({ aborted: { code: 'BODY_MALFORMED', retriable: false } });
    expect(await stored('inflated')).toEqual(values);
  });

  test('a bomb costs time, not memory', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, 'x'));
    const before = process.memoryUsage().arrayBuffers;
    const { lines } = await post(bomb, { encoding: 'gzip' });
    expect(lines).toEqual([errorOf(1, 'LINE_TOO_LONG'), done(1, 0, 1)]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
  });
});

describe('times and clients', () => {
  const HEAD = `POST ${PATH} HTTP/1.1\r\nHost: g\r\nConnection: close\r\nAccept: ${NDJSON}\r\nContent-Type: ${NDJSON}\r\n`;
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

  test('a body may take longer than others are given, as long as it goes on', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer = collect(socket);
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const began = performance.now();
    let sent = 0;
    for (; performance.now() - began < 3 * REQUEST_TIMEOUT_MS; sent++) {
      socket.write(chunk(`${lineOf(`slow-${sent}`)}\n`));
      // What has come is written although no batch is full and nothing follows.
      await eventually(async () => expect(await stored(`slow-${sent}`)).toEqual(values));
    }
    socket.write('0\r\n\r\n');
    expect(await answer).toContain(`{"done":{"lines":${sent},"written":${sent},"failed":0}}`);
  });

  test('a body that stops coming ends the import, with where to go on', async () => {
    const answer = await ask(gateway.port, `${HEAD}Content-Length: 10000\r\n\r\n${lineOf('idle')}\n{"key"`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/"aborted":\{"code":"REQUEST_TIMEOUT",.*"retriable":true.*"resumeAfterLine":1\}/);
    expect(await stored('idle')).toEqual(values);
  });

  test('one byte at a time', async () => {
    const body = `${lineOf('bytes')}\n`.split('').map(chunk).join('');
    const answer = await ask(gateway.port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, `${body}0\r\n\r\n`);
    expect(answer.body).toContain('"done":{"lines":1,"written":1,"failed":0}');
  });

  test('a client that goes away leaves nothing behind but what it sent', async () => {
    for (let i = 0; i < 5; i++) {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk(`${lineOf(`gone-${i}`)}\n{"key`)}`);
      await eventually(async () => expect(await stored(`gone-${i}`)).toEqual(values));
      socket.destroy();
    }
    // Both slots are free again.
    await eventually(async () => {
      const both = await Promise.all([post(lineOf('x')), post(lineOf('y'))]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
    });
  });

  test('a client that does not read its errors is not read either, and is given up', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.pause();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(`${HEAD}Content-Length: ${1 << 30}\r\n\r\n`);
    const faults = '{}\n'.repeat(20_000);
    const send = (): void => {
      while (!socket.destroyed && socket.write(faults));
    };
    socket.on('drain', send);
    send();
    await ended;
    expect(socket.bytesWritten).toBeLessThan(64 << 20);
    await eventually(async () => expect(await post(lineOf('x'))).toMatchObject({ status: 200 }));
  });
});

describe('CSV', () => {
  const fields = Object.keys(values);
  const header = `key,${fields.join()}`;
  const rowOf = (key: string, changed: Partial<Record<string, string>> = {}) =>
    [key, ...fields.map((field) => changed[field] ?? String(values[field]))].join();
  const csv = (rows: string[], sent: Sent = {}) => post(rows.join('\n'), { ...sent, type: 'text/csv' });

  test('rows are written, whatever their quotes and ends of lines', async () => {
    const rows = [
      `\ufeff${header}\r`,
      `${rowOf('row-1')}\r`,
      '',
      `"row ""2"", of\n\r\ntwo lines",${rowOf('').slice(1)}`,
    ];
    expect(await csv(rows)).toMatchObject({ status: 200, lines: [done(3, 2)] });
    expect(await stored('row-1')).toEqual(values);
    expect(await stored('row "2", of\n\r\ntwo lines')).toEqual(values);
  });

  test('columns may come in any order', async () => {
    const turned = [...fields].reverse();
    const body = [`key,${turned.join()}`, ['turned', ...turned.map((field) => String(values[field]))].join()];
    expect(await csv(body)).toMatchObject({ lines: [done(1, 1)] });
    expect(await stored('turned')).toEqual(values);
  });

  test.each([
    ['a value too few', rowOf('x').replace(/,[^,]*$/, ''), 'CSV_ROW_MALFORMED', {}],
    ['a quote in a value', rowOf('x"y'), 'CSV_ROW_MALFORMED', {}],
    ['text behind a quote', rowOf('"x"y'), 'CSV_ROW_MALFORMED', {}],
    ['no key', rowOf(''), 'INVALID_KEY', {}],
    ['text for a number', rowOf('x', { https: 'yes' }), 'RECORD_FORMAT_INVALID', { issues: [{ field: 'https' }] }],
    ['a blank before a number', rowOf('x', { https: ' 1' }), 'RECORD_FORMAT_INVALID', { issues: [{ field: 'https' }] }],
    ['NaN', rowOf('x', { https: 'NaN' }), 'RECORD_FORMAT_INVALID', { issues: [{ field: 'https' }] }],
    ['an empty value', rowOf('x', { https: '' }), 'RECORD_FORMAT_INVALID', { issues: [{ field: 'https' }] }],
    [
      'a number beyond float32',
      rowOf('x', { https: '1e39' }),
      'RECORD_FORMAT_INVALID',
      { issues: [{ field: 'https' }] },
    ],
  ])('%s is an error of that row alone', async (_what, row, code, details) => {
    const { lines } = await csv([header, rowOf('ok-1'), row, rowOf('ok-2')]);
    expect(lines).toMatchObject([errorOf(2, code, details), done(3, 2, 1)]);
  });

  test.each([
    ['nothing', '', {}],
    ['no key', fields.join(), {}],
    ['an unknown column', `${header},other`, { unknown: ['other'] }],
    ['a column twice', `${header},https`, { repeated: ['https'] }],
    ['a column too few', header.replace(',https', ''), { missing: ['https'] }],
    ['quotes that are none', `key,"https" x`, {}],
  ])('a header with %s refuses the file', async (_what, first, details) => {
    const answer = await csv([first, rowOf('refused')].slice(0, first === '' ? 1 : 2));
    expect(answer).toMatchObject({ status: 422, lines: [{ error: { code: 'CSV_HEADER_INVALID', details } }] });
    expect(await stored('refused')).toBeUndefined();
  });

  test('rows to skip do not count the header', async () => {
    const { lines } = await csv([header, rowOf('skipped-row'), rowOf('kept-row')], { query: '?skip=1' });
    expect(lines).toEqual([done(2, 1)]);
    expect(await stored('skipped-row')).toBeUndefined();
    expect(await stored('kept-row')).toEqual(values);
  });
});
