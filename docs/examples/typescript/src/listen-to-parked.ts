import { type EntryEvent, Predicates } from 'hazelcast-client';
import { connect } from './grid';

/** An entry of nearscore.parked: JSON, which the client reads as an object. */
interface Parked {
  readonly stream: string;
  readonly key: string | null;
  readonly sourceSequence: number;
  readonly reason: { readonly code: string; readonly field?: string; readonly message: string };
}

/** Prints the records of the stream that cannot be scored: those that are parked already, then every new one. */
async function main(): Promise<void> {
  const client = await connect();
  const parked = await client.getMap<string, Parked>('nearscore.parked');
  const ofStream = Predicates.equal('stream', 'phishing');
  const heard = ({ value }: EntryEvent<string, Parked>): void => print(value);
  await parked.addEntryListenerWithPredicate({ added: heard, updated: heard }, ofStream, undefined, true);
  for (const one of await parked.valuesWithPredicate(ofStream)) print(one);
  console.log('listening');
}

function print({ key, reason: { code, field = '-', message } }: Parked): void {
  console.log(`${key}: ${code} ${field} (${message})`);
}

void main();
