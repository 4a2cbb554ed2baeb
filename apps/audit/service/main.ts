/** The audit app as a process of its own, beside others on one distributed store: the one that signs what the log holds, and answers auditors. */
import { Module } from '@nestjs/common';
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { AuditApiModule } from '../api/audit-api.module';
import { AuditModule } from '../audit.module';

@Module({ imports: [AuditApiModule.of(AuditModule.alone())] })
class AuditService {}

void startAlone('audit', AuditService, BENEFIT_YEAR_TURNS);
