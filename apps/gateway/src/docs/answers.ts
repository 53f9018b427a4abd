import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

type JsonSchema = Record<string, unknown>;

const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'details', 'retriable'],
      properties: {
        code: { type: 'string', example: 'STREAM_NOT_FOUND' },
        message: { type: 'string' },
        details: { type: 'object', additionalProperties: true },
        retriable: { type: 'boolean', description: 'Whether the same request may succeed when sent again.' },
        outcome: { type: 'string', enum: ['unknown'], description: 'On a write that may or may not have happened.' },
      },
    },
  },
};

/** A JSON answer shown by an example. */
export function Answer(status: number, description: string, example?: unknown): MethodDecorator {
  const content =
    example === undefined ? {} : { content: { 'application/json': { schema: schemaOf(example), example } } };
  return ApiResponse({ status, description, ...content } as Parameters<typeof ApiResponse>[0]);
}

/** The errors that an operation answers by itself; those of every route are told once, in the page's introduction. */
export function Errors(descriptions: Readonly<Record<number, string>>): MethodDecorator {
  const answers = Object.entries(descriptions).map(([status, description]) =>
    ApiResponse({ status: Number(status), description, schema: ERROR_SCHEMA }),
  );
  return applyDecorators(...answers) as MethodDecorator;
}

/** The shape of an example, for generated clients. */
export function schemaOf(example: unknown): JsonSchema {
  if (example === null) return { nullable: true };
  if (Array.isArray(example)) return { type: 'array', items: example.length > 0 ? schemaOf(example[0]) : {} };
  if (typeof example === 'number') return { type: Number.isInteger(example) ? 'integer' : 'number' };
  if (typeof example !== 'object') return { type: typeof example };
  const properties = Object.entries(example).map(([name, value]) => [name, schemaOf(value)] as const);
  return { type: 'object', properties: Object.fromEntries(properties) };
}
