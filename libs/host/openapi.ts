/** The OpenAPI page at /docs, with the table of error codes; built when first asked for, so that the start does not wait for it. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemCodeTable } from './problem-codes';

export interface ApiTexts {
  readonly title: string;
  readonly description: string;
  readonly version: string;
}

/** Serves the page at /docs and the document at /docs/openapi.json. */
export function serveApiPage(app: NestFastifyApplication, texts: ApiTexts): void {
  let built: OpenAPIObject | undefined;
  const document = () => (built ??= SwaggerModule.createDocument(app, describe(texts)));
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json', customSiteTitle: texts.title });
}

function describe({ title, description, version }: ApiTexts): Omit<OpenAPIObject, 'paths'> {
  const errors = [
    '## 错误代码 Error codes',
    'Every error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, `errors` (path and message of each field), `cure`, `instance`.',
    problemCodeTable(),
  ];
  return new DocumentBuilder()
    .setTitle(title)
    .setVersion(version)
    .setDescription([description, ...errors].join('\n\n'))
    .build();
}
