// node listen.mjs http://127.0.0.1:8000 phishing last-event-id.txt
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [url, stream, idFile] = process.argv.slice(2);
let lastEventId = existsSync(idFile) ? readFileSync(idFile, 'utf8') : '';
let retryMs = 1000;

// Yours. An event counts as handled when this returns.
function handle(name, data, id) {
  console.log(JSON.stringify({ event: name, id, ...data }));
}

// Whole or not at all, even if this process is killed meanwhile.
function remember(id) {
  lastEventId = id;
  writeFileSync(`${idFile}.new`, id);
  renameSync(`${idFile}.new`, idFile);
}

function take(block) {
  const fields = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  if (fields.retry) retryMs = Number(fields.retry);
  if (fields.data) handle(fields.event, JSON.parse(fields.data), fields.id);
  if (fields.id) remember(fields.id);
}

async function listen() {
  const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
  const response = await fetch(`${url}/v1/streams/${stream}/predictions`, { headers });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop();
    blocks.forEach(take);
  }
}

for (;;) {
  await listen().catch((error) => console.error(error.message));
  await sleep(retryMs);
}
