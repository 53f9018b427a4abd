import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Errors } from '../docs/answers';

const PARAMETERS: readonly Parameters<typeof ApiQuery>[0][] = [
  { name: 'from', schema: { type: 'string', enum: ['newest', 'oldest'], default: 'newest' } },
  {
    name: 'label',
    schema: { type: 'array', items: { type: 'string' } },
    description: 'Predictions with one of these labels.',
  },
  { name: 'minScore', schema: { type: 'number' }, description: 'Predictions with at least this score.' },
  { name: 'keyPrefix', schema: { type: 'string' }, description: 'Keys that begin with this.' },
  { name: 'format', schema: { type: 'string', enum: ['json', 'cloudevents'], default: 'json' } },
  { name: 'lastEventId', schema: { type: 'string' }, description: 'As the header, which wins.' },
  { name: 'cursor', schema: { type: 'string' }, description: 'Of an export: goes on behind it.' },
];

/** How listening is shown in the OpenAPI document. */
export function ListenDocs(): MethodDecorator {
  return applyDecorators(
    ApiProduces('text/event-stream', 'application/x-ndjson'),
    ...PARAMETERS.map((parameter) => ApiQuery({ ...parameter, required: false })),
    ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last id that was seen: resumes behind it.' }),
    ApiResponse({
      status: 200,
      description:
        'Events `prediction`, `removal`, `reset`, `close`, without an end: docs/listen-sse.md. Or lines: docs/write-bulk.md.',
      content: {
        'text/event-stream': { schema: { type: 'string' } },
        'application/x-ndjson': { schema: { type: 'string' } },
      },
    }),
    Errors({
      400: 'BAD_REQUEST: `details.parameter` is wrong or unknown, or is no id of an event.',
      404: 'STREAM_NOT_FOUND',
      406: 'NOT_ACCEPTABLE',
      503: 'TOO_MANY_LISTENERS: `Retry-After` says when to come again. GRID_UNAVAILABLE.',
    }),
  );
}
