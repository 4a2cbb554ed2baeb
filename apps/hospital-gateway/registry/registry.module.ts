/** Hospitals and persons: routes, commands and the two registries that the gateway reads at each acceptance. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { FastifyInstance } from 'fastify';
import { IdentityModule } from '../identity/identity.module';
import { REGISTRY_HANDLERS } from './commands';
import { CoverList } from './cover/cover-list';
import { CoverReports } from './cover/cover-report';
import { CoverController } from './cover/cover.controller';
import { HospitalRegistry } from './hospital-registry';
import { IdentityAccessesController } from './access/identity-accesses.controller';
import { ListsController } from './lists/lists.controller';
import { RecordListHandler } from './lists/record-list';
import { PersonRegistry } from './person-registry';
import { SubsidisedCategories } from './cover/subsidised-categories';
import { PolicyModule } from '../policy/policy.module';
import { IMPORT_PATH, RegistryController, ROSTER_MEDIA_TYPE, XLSX_MEDIA_TYPE } from './registry.controller';

@Module({
  imports: [CqrsModule, IdentityModule, PolicyModule],
  controllers: [RegistryController, CoverController, ListsController, IdentityAccessesController],
  providers: [
    HospitalRegistry,
    PersonRegistry,
    CoverList,
    CoverReports,
    SubsidisedCategories,
    RecordListHandler,
    ...REGISTRY_HANDLERS,
  ],
  exports: [HospitalRegistry, PersonRegistry, IdentityModule],
})
export class RegistryModule implements OnModuleInit {
  constructor(private readonly adapter: HttpAdapterHost) {}

  /** A roster is handed on as a stream, so neither memory nor the body limit bounds its length; on other routes it stays 415. */
  onModuleInit(): void {
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser([ROSTER_MEDIA_TYPE, XLSX_MEDIA_TYPE], (request, payload, done) => {
      if (request.routeOptions.url === IMPORT_PATH) done(null, payload);
      else done(Object.assign(new Error('only the import reads this type'), { statusCode: 415 }));
    });
  }
}
