/** What to do about an error, where its message does not say so itself; docs/errors.md explains each code. */
const ADVICE: Readonly<Record<string, string>> = {
  CONNECTION_FAILED: 'Is the gateway running there? --gateway <url> or NEARSCORE_GATEWAY_URL names another.',
  TIMEOUT: 'Try again; `nearscore doctor` tells what is slow or gone.',
  UNEXPECTED_ANSWER: 'Something other than a gateway answers: look at --gateway, or at the proxy before it.',
  ROUTE_NOT_FOUND: 'The gateway is of an older software than this command, or --gateway has a wrong path.',
  GRID_UNAVAILABLE: 'Are the members running? `nearscore doctor` tells more.',
  QUEUE_DOWN: 'Start Redis, or mend REDIS_URL of gateways and nodes; scoring goes on without it. Then try again.',
  INTERNAL_ERROR: "The gateway's log has the cause under this request.",
  STREAM_NOT_FOUND: '`nearscore streams` lists those that there are; a rollout with --model makes a new one.',
  STREAM_BEHIND: 'Wait until scoring has caught up: `nearscore streams` shows how far it is behind.',
  MODEL_NOT_FOUND: '`nearscore models list` lists those that there are.',
  MODEL_VERSION_NOT_FOUND:
    'Push it first: `nearscore models push`; `nearscore models list <model>` lists those that there are.',
  MODEL_VERSION_EXISTS: 'A version never changes: push it under the next number.',
  MODEL_VERSION_IN_USE: 'Move the streams that it is deployed to, then try again.',
  MODEL_REFUSED: 'docs/models.md, "What is refused", says what each reason means.',
  MODEL_CONFIG_INVALID: 'docs/models.md describes model.json.',
  GOLDEN_ROWS_INVALID: 'docs/models.md describes golden.json.',
  FEATURE_MAP_SETTINGS:
    "Change the map's settings in the members' configuration; deploy/hazelcast.yaml has them as they should be.",
  ROLLOUT_RUNNING: '`nearscore rollout watch <id>` follows it, `nearscore rollout cancel <id>` ends it.',
  ROLLOUT_NOT_FOUND: '`nearscore rollout list` lists the last ones of every stream.',
  ROLLOUT_STATE: '`nearscore rollout show <id>` tells how far it is.',
  NO_NODES: 'Start inference nodes, or wait until they are ready: `nearscore nodes`.',
  RECORD_FORMAT_INVALID: '`nearscore streams <stream>` lists the fields of its records.',
  KEY_NOT_ADDRESSABLE: 'Choose another key, or write it with a grid client.',
  CLI_USAGE: '--help shows how the command is used.',
  CONFIG_INVALID: '--help shows how the command is used.',
};

export const ADVISED_CODES = Object.keys(ADVICE);

/** null: the message says all that there is to say. */
export function adviceFor(code: string): string | null {
  return Object.hasOwn(ADVICE, code) ? (ADVICE[code] ?? null) : null;
}
