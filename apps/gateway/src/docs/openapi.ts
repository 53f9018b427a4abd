import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

const INTRODUCTION = `Put = submit, entry = answer: a record put under a key is scored beside its partition, and its
prediction lies under the same key.

Every error has the form \`{"error": {"code", "message", "details", "retriable"}}\`; codes are listed in docs/errors.md.
A write whose outcome cannot be told is answered 503 with \`"outcome": "unknown"\`: writing the same again is safe.
The examples are those of the phishing model that \`npm start\` deploys.`;

/** Serves the OpenAPI page at /docs and its document at /docs/openapi.json. */
export function serveDocs(app: INestApplication): void {
  const description = new DocumentBuilder().setTitle('Nearscore').setDescription(INTRODUCTION).setVersion('1').build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Nearscore API',
  });
}
